/** What a registry's client may ask the mirror; anything else does not exist here. */
export type PullRequest =
  | { kind: 'hello' }
  | { kind: 'catalog'; path: string }
  | { kind: 'tags'; path: string; repository: string }
  | { kind: 'manifest'; path: string; repository: string; reference: string; fixed: boolean }
  | { kind: 'blob'; path: string; repository: string; reference: string };

export type SourceName = 'local' | 'upstream' | 'kept';

const LONGEST_PATH = 512;
const NAME = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*';
const DIGEST = 'sha256:[0-9a-f]{64}';
const TAG = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
const MANIFEST = new RegExp(`^/v2/(${NAME})/manifests/(?:(${DIGEST})|(${TAG}))$`);
const BLOB = new RegExp(`^/v2/(${NAME})/blobs/(${DIGEST})$`);
const TAGS = new RegExp(`^/v2/(${NAME})/tags/list$`);

/** Reads the address of a request; the query (which Docker adds) is passed over. Null: no such thing. */
export function readPullRequest(url: string): PullRequest | null {
  const [path = ''] = url.split('?');
  if (path.length > LONGEST_PATH) return null;
  if (path === '/v2/' || path === '/v2') return { kind: 'hello' };
  if (path === '/v2/_catalog') return { kind: 'catalog', path };
  const [, tagsOf] = TAGS.exec(path) ?? [];
  if (tagsOf !== undefined) return { kind: 'tags', path, repository: tagsOf };
  const [, blobOf, blob] = BLOB.exec(path) ?? [];
  if (blobOf !== undefined && blob !== undefined) return { kind: 'blob', path, repository: blobOf, reference: blob };
  const [, repository, digest, tag] = MANIFEST.exec(path) ?? [];
  const reference = digest ?? tag;
  if (repository === undefined || reference === undefined) return null;
  return { kind: 'manifest', path, repository, reference, fixed: digest !== undefined };
}

/**
 * Whom to ask, in turn. What an admin uploaded goes before what the world has under that name; a stand-in comes after
 * it. Content that is named by its digest never changes: then what was fetched before is as good as the world's.
 */
export function sourcesFor(request: PullRequest, standIns: ReadonlySet<string>): SourceName[] {
  switch (request.kind) {
    case 'hello':
      return [];
    case 'catalog':
      return ['local'];
    case 'tags':
      return ['local', 'upstream', 'kept'];
    case 'blob':
      return ['local', 'kept', 'upstream'];
    case 'manifest': {
      if (request.fixed) return ['local', 'kept', 'upstream'];
      const imitated = standIns.has(`${request.repository}:${request.reference}`);
      return imitated ? ['upstream', 'kept', 'local'] : ['local', 'upstream', 'kept'];
    }
  }
}
