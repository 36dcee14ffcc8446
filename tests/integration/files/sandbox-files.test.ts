import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { MOST_ENTRIES } from '#server/shared/file-views.ts';
import { FilesBench, HOME } from '../../support/files-bench.ts';

/** Files of a real sandbox, by friendly and by hostile hands. */
const mount = promisify(execFile);
const MIB = 1024 * 1024;
let bench: FilesBench;

beforeAll(async () => {
  bench = await FilesBench.open();
});
afterAll(() => bench.dispose());
// A folder of each test's own, made anew.
const WORK = `${HOME}/work`;
beforeEach(() => bench.run(`chmod -R u+rwX ${WORK} 2> /dev/null; rm -rf ${WORK} && mkdir ${WORK}`));
// Whatever happened, no unfinished file lies about.
afterEach(async () => {
  const left = await bench.run(`find ${HOME} /tmp -name '.chapterhouse-*' 2> /dev/null || true`).catch(() => '');
  expect(left).toBe('');
});

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no refusal',
    (error: unknown) => errorCode(error),
  );
const at = (name: string) => ({ directory: WORK, name });

describe('a folder', () => {
  test('is listed with names, sizes, kinds and dates, folders first', async () => {
    await bench.run(`cd ${WORK}; mkdir -p sub; printf 12345 > b.txt; touch -d @1700000000.5 b.txt; ln -s b.txt link
      ln -s sub to-sub; ln -s nowhere broken; mkfifo pipe`);
    const { path, writable, cut, entries } = await bench.list(WORK);
    expect({ path, writable, cut }).toEqual({ path: WORK, writable: true, cut: false });
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['sub', 'folder'],
      ['to-sub', 'link_to_folder'],
      ['b.txt', 'file'],
      ['broken', 'broken_link'],
      ['link', 'link_to_file'],
      ['pipe', 'special'],
    ]);
    expect(entries[2]).toMatchObject({ path: `${WORK}/b.txt`, sizeBytes: 5, changedAt: 1_700_000_000_500 });
  });

  test('may hold odd names: a newline, a leading dash, quotes, and bytes that are no text', async () => {
    const names = ['a\nb', '-rf', '$(id)', '"\'`', 'é 漢', ' '];
    for (const name of names) await bench.write({ clash: 'refuse', ...at(name) }, name);
    await bench.run(`cd ${WORK}; touch $'\\xff\\xfe'`);
    const { entries } = await bench.list(WORK);
    expect(
      entries
        .map(({ path }) => path)
        .filter((path) => path !== null)
        .sort(),
    ).toEqual(names.map((name) => `${WORK}/${name}`).sort());
    expect(entries.find(({ path }) => path === null)?.name).toBe('\ufffd\ufffd');
    for (const name of names) expect((await bench.read(`${WORK}/${name}`)).content).toMatchObject({ text: name });
  });

  test('is the home when none is named, and its real path is told', async () => {
    expect((await bench.list()).path).toBe(HOME);
    await bench.run(`mkdir ${WORK}/real; ln -s real ${WORK}/alias`);
    expect((await bench.list(`${WORK}/alias`)).path).toBe(`${WORK}/real`);
  });

  test('that is huge is listed up to a bound, and that is said', async () => {
    await bench.run(`cd ${WORK}; seq ${MOST_ENTRIES + 500} | xargs touch`);
    const { entries, cut } = await bench.list(WORK);
    expect(entries).toHaveLength(MOST_ENTRIES);
    expect(cut).toBe(true);
  });

  test('that cannot be read, is none or is not there is refused with the reason', async () => {
    await bench.run(`cd ${WORK}; mkdir shut; chmod 0 shut; mkdir blind; chmod 300 blind; touch file`);
    expect(await refusal(bench.list(`${WORK}/shut`))).toBe('file_denied');
    expect(await refusal(bench.list(`${WORK}/shut/in`))).toBe('file_denied');
    expect(await refusal(bench.list(`${WORK}/blind`))).toBe('file_denied');
    expect(await refusal(bench.list(`${WORK}/file`))).toBe('file_kind');
    expect(await refusal(bench.list(`${WORK}/none`))).toBe('file_missing');
  });
});

describe('opening', () => {
  test('text comes with its version, links followed to where it really lies', async () => {
    await bench.run(`cd ${WORK}; printf 'été\\r\\n' > t; ln -s t l`);
    const view = await bench.read(`${WORK}/l`);
    expect(view).toMatchObject({ path: `${WORK}/t`, sizeBytes: 7, writable: true });
    expect(view.content).toMatchObject({ kind: 'text', text: 'été\r\n' });
  });

  test('what is no text, or too large, is told and not sent', async () => {
    await bench.run(`cd ${WORK}; printf 'a\\0b' > nul; printf '\\xff' > latin; head -c ${MIB} /dev/zero | tr '\\0' a > fits
      head -c ${MIB + 1} /dev/zero | tr '\\0' a > large`);
    const kinds = await Promise.all(['nul', 'latin', 'fits', 'large'].map((name) => bench.read(`${WORK}/${name}`)));
    expect(kinds.map(({ content }) => content.kind)).toEqual(['binary', 'binary', 'text', 'large']);
  });

  test('a pipe, a device, a folder and a link in circles are refused at once', async () => {
    await bench.run(`cd ${WORK}; mkfifo pipe; ln -s /dev/zero zero; ln -s loop loop`);
    for (const one of [`${WORK}/pipe`, `${WORK}/zero`, '/dev/zero', WORK]) {
      expect(await refusal(bench.read(one)), one).toBe('file_kind');
      expect(await refusal(bench.download(one)), one).toBe('file_kind');
    }
    expect(await refusal(bench.read(`${WORK}/loop`))).toBe('file_missing');
  });

  test('a file that may not be read, or is gone, is refused with the reason', async () => {
    await bench.run(`cd ${WORK}; echo x > secret; chmod 0 secret; mkdir shut; echo x > shut/in; chmod 0 shut`);
    expect(await refusal(bench.read(`${WORK}/secret`))).toBe('file_denied');
    expect(await refusal(bench.read(`${WORK}/shut/in`))).toBe('file_denied');
    expect(await refusal(bench.read(`${WORK}/none`))).toBe('file_missing');
  });

  test('files of /proc, which have no size, are read', async () => {
    expect((await bench.read('/proc/self/status')).content.kind).toBe('text');
  });
});

describe('downloading', () => {
  test('gives the very same bytes, in pieces', async () => {
    const content = randomBytes(5 * MIB + 17);
    await bench.write({ clash: 'refuse', ...at('big') }, content);
    expect((await bench.download(`${WORK}/big`)).equals(content)).toBe(true);
    await bench.run(`touch ${WORK}/empty`);
    expect(await bench.download(`${WORK}/empty`)).toHaveLength(0);
  });

  test('that is begun and never read keeps nobody from the files', async () => {
    await bench.run(`head -c ${3 * MIB} /dev/urandom > ${WORK}/big`);
    for (let begun = 0; begun < 5; begun++) {
      const { pieces } = await bench.begin(`${WORK}/big`);
      if (begun % 2 === 0) await pieces.return(undefined);
    }
    expect((await bench.list(WORK)).entries).toHaveLength(1);
  });

  test('a file that grows is given as it was counted', async () => {
    await bench.run(`head -c ${5 * MIB} /dev/urandom > ${WORK}/log`);
    const got = await bench.download(`${WORK}/log`, () => bench.run(`echo more >> ${WORK}/log`));
    expect(got).toHaveLength(5 * MIB);
  });

  test('a file that is cut or replaced meanwhile breaks off, and is never a mixture', async () => {
    const make = `cd ${WORK}; head -c ${5 * MIB} /dev/urandom > f`;
    for (const change of [`: > ${WORK}/f`, `cp ${WORK}/f ${WORK}/g && mv ${WORK}/g ${WORK}/f`]) {
      await bench.run(make);
      expect(await refusal(bench.download(`${WORK}/f`, () => bench.run(change))), change).toBe('file_changed');
    }
  });
});

describe('a file that is sent', () => {
  test('is the student’s, whole, and never in the way of what is there', async () => {
    const content = randomBytes(5 * MIB);
    const written = await bench.write({ clash: 'refuse', ...at('data.csv') }, content);
    expect(written).toMatchObject({ path: `${WORK}/data.csv`, sizeBytes: 5 * MIB });
    expect(await bench.run(`stat -c '%U %a' ${WORK}/data.csv`)).toBe('student 644\n');
    expect(await refusal(bench.write({ clash: 'refuse', ...at('data.csv') }, 'other'))).toBe('file_exists');
    expect((await bench.download(`${WORK}/data.csv`)).equals(content)).toBe(true);
  });

  test('keeps both under the next free name, links that lead nowhere counted as taken', async () => {
    await bench.run(`cd ${WORK}; echo one > data.csv; ln -s nowhere data-2.csv`);
    const written = await bench.write({ clash: 'keep', ...at('data.csv') }, 'two');
    expect(written.path).toBe(`${WORK}/data-3.csv`);
    expect(await bench.run(`cat ${WORK}/data.csv ${WORK}/data-3.csv; ls ${WORK}/nowhere 2>&1 || true`)).toContain(
      'one\ntwo',
    );
  });

  test('replaces a file and keeps its mode', async () => {
    await bench.run(`cd ${WORK}; echo one > run.sh; chmod 750 run.sh`);
    await bench.write({ clash: 'replace', ...at('run.sh') }, 'two');
    expect(await bench.run(`cd ${WORK}; cat run.sh; stat -c %a run.sh`)).toBe('two750\n');
  });

  test('replaces a link itself, and never what it leads to', async () => {
    await bench.run(`cd ${WORK}; echo precious > target; ln -s target link`);
    await bench.write({ clash: 'replace', ...at('link') }, 'new');
    expect(await bench.run(`cd ${WORK}; cat target; cat link; test -L link || echo " no link"`)).toBe(
      'precious\nnew no link\n',
    );
  });

  test('takes the place of no folder, pipe or file that may not be written', async () => {
    await bench.run(`cd ${WORK}; mkdir d; mkfifo p; echo x > ro; chmod 444 ro; mkdir shut; chmod 555 shut`);
    expect(await refusal(bench.write({ clash: 'replace', ...at('d') }, 'x'))).toBe('file_kind');
    expect(await refusal(bench.write({ clash: 'replace', ...at('p') }, 'x'))).toBe('file_kind');
    expect(await refusal(bench.write({ clash: 'replace', ...at('ro') }, 'x'))).toBe('file_denied');
    const shut = { directory: `${WORK}/shut`, name: 'x' };
    for (const clash of ['refuse', 'keep', 'replace'] as const)
      expect(await refusal(bench.write({ clash, ...shut }, 'x')), clash).toBe('file_denied');
    expect(await bench.run(`cd ${WORK}; ls; cat ro; ls shut`)).toBe('d\np\nro\nshut\nx\n');
  });

  test('comes into no folder of the system, nor through a link into one', async () => {
    await bench.run(`ln -s /etc ${WORK}/etc; ln -s /usr ${WORK}/usr`);
    for (const directory of ['/etc', '/usr', '/proc', '/sys', `${WORK}/etc`, `${WORK}/usr`]) {
      const outcome = await refusal(bench.write({ clash: 'refuse', directory, name: 'evil' }, 'x'));
      expect(['file_denied', 'file_missing'], directory).toContain(outcome);
    }
  });

  test('in a folder that does not last is refused, and not called kept', async () => {
    // Each command of such a sandbox has a /run of its own.
    expect(await refusal(bench.write({ clash: 'refuse', directory: '/run', name: 'x' }, 'x'))).toBe('file_place_lost');
  });

  test('above the limit is stopped, whatever was promised of its size', async () => {
    const endless = async function* () {
      for (;;) yield randomBytes(256 * 1024);
    };
    expect(await refusal(bench.write({ clash: 'refuse', ...at('big') }, endless()))).toBe('file_too_large');
    expect(await bench.run(`ls -A ${WORK}`)).toBe('');
  });

  test('that breaks off half way leaves nothing', async () => {
    const broken = async function* () {
      yield randomBytes(3 * MIB);
      throw new Error('the wire broke');
    };
    expect(await refusal(bench.write({ clash: 'replace', ...at('half') }, broken()))).toBe('internal');
    expect(await bench.run(`ls -A ${WORK}`)).toBe('');
  });

  test('with a name that is too long is refused in those words', async () => {
    expect(await refusal(bench.write({ clash: 'refuse', ...at('x'.repeat(256)) }, 'x'))).toBe('file_name_invalid');
  });

  test('two at once with one name are two refusals less one', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map((n) => refusal(bench.write({ clash: 'refuse', ...at('one') }, `${n}`))),
    );
    expect(outcomes.sort()).toEqual(['file_exists', 'file_exists', 'no refusal']);
  });
});

describe('saving', () => {
  const open = async (name: string) => {
    const { content } = await bench.read(`${WORK}/${name}`);
    if (content.kind !== 'text') throw new Error(`${name} is no text`);
    return content.version;
  };

  test('replaces what was opened, keeps its mode, and answers the version to save on', async () => {
    await bench.run(`cd ${WORK}; echo one > s.sh; chmod 700 s.sh`);
    const first = await bench.write({ clash: 'save', ...at('s.sh'), version: await open('s.sh') }, 'two');
    expect(first.version).toBe(await open('s.sh'));
    await bench.write({ clash: 'save', ...at('s.sh'), version: first.version }, 'three');
    expect(await bench.run(`cd ${WORK}; cat s.sh; stat -c %a s.sh`)).toBe('three700\n');
  });

  test.each([
    ['was written to', 'echo other > f'],
    ['was written to with as many bytes and its old date', 'printf abd > f; touch -d @1700000000 f'],
    ['was removed', 'rm f'],
    ['became a folder', 'rm f; mkdir f'],
    ['became a link', 'cp f g; ln -sf g f'],
    ['became a pipe', 'rm f; mkfifo f'],
    ['became huge', 'truncate -s 1T f'],
  ])('a file that %s meanwhile is file_changed, and nothing is overwritten', async (_, change) => {
    await bench.run(`cd ${WORK}; printf abc > f; touch -d @1700000000 f`);
    const version = await open('f');
    await bench.run(`cd ${WORK}; ${change}`);
    const before = await bench.run(`cd ${WORK}; ls -l`);
    expect(await refusal(bench.write({ clash: 'save', ...at('f'), version }, 'mine'))).toBe('file_changed');
    expect(await bench.run(`cd ${WORK}; ls -l`)).toBe(before);
  });

  test('a file that was only touched has not changed', async () => {
    await bench.run(`printf abc > ${WORK}/f`);
    const version = await open('f');
    await bench.run(`touch -d @1700000000 ${WORK}/f`);
    await bench.write({ clash: 'save', ...at('f'), version }, 'mine');
    expect(await bench.run(`cat ${WORK}/f`)).toBe('mine');
  });

  test('a file that lost its permission is refused, not replaced', async () => {
    await bench.run(`printf abc > ${WORK}/f`);
    const version = await open('f');
    await bench.run(`chmod 444 ${WORK}/f`);
    expect(await refusal(bench.write({ clash: 'save', ...at('f'), version }, 'mine'))).toBe('file_denied');
    expect(await bench.run(`cat ${WORK}/f`)).toBe('abc');
  });

  test('names with a newline and a dash are saved as well', async () => {
    await bench.write({ clash: 'refuse', ...at('-n\n\\x') }, 'one');
    const version = await open('-n\n\\x');
    await bench.write({ clash: 'save', ...at('-n\n\\x'), version }, 'two');
    expect((await bench.read(`${WORK}/-n\n\\x`)).content).toMatchObject({ text: 'two' });
  });
});

describe('where files land', () => {
  test('is where the shell says it is, with what stands in the way', async () => {
    await bench.run(`cd ${WORK}; touch a; mkdir b; ln -s x c`);
    bench.shellPlace = WORK;
    const place = await bench.place(['a', 'b', 'c', 'd']);
    expect(place).toMatchObject({ directory: WORK, insteadOf: null });
    expect(place.clashes).toEqual([
      { name: 'a', kind: 'file' },
      { name: 'b', kind: 'other' },
      { name: 'c', kind: 'file' },
    ]);
  });

  test.each([
    [null, 'unknown'],
    ['/home/student/../..', 'unknown'],
    ['relative', 'unknown'],
    ['/home/student/work/none', 'missing'],
    ['/etc', 'denied'],
  ])('is the home where the shell says %s', async (said, insteadOf) => {
    bench.shellPlace = said;
    expect(await bench.place([])).toMatchObject({ directory: HOME, insteadOf });
  });

  test('is never another folder than the one that was named', async () => {
    expect(await bench.place([], { directory: WORK })).toMatchObject({ directory: WORK });
    expect(await refusal(bench.place([], { directory: '/etc' }))).toBe('file_denied');
    expect(await refusal(bench.place([], { directory: `${WORK}/none` }))).toBe('file_missing');
  });
});

describe('folders and names', () => {
  test('a folder is made, a file renamed and both removed, and a link goes without its target', async () => {
    await bench.change({ op: 'makeFolder', directory: WORK, name: '-new' });
    expect(await refusal(bench.change({ op: 'makeFolder', directory: WORK, name: '-new' }))).toBe('file_exists');
    await bench.run(`cd ${WORK}; echo a > a; echo b > b; echo c > ./-new/c; ln -s ./-new l`);
    await bench.change({ op: 'rename', path: `${WORK}/a`, name: 'z' });
    expect(await refusal(bench.change({ op: 'rename', path: `${WORK}/z`, name: 'b' }))).toBe('file_exists');
    expect(await refusal(bench.change({ op: 'rename', path: `${WORK}/none`, name: 'n' }))).toBe('file_missing');
    await bench.change({ op: 'remove', path: `${WORK}/l` });
    expect(await bench.run(`cd ${WORK}; ls . ./-new; cat z b`)).toBe('.:\n-new\nb\nz\n\n./-new:\nc\na\nb\n');
    await bench.change({ op: 'remove', path: `${WORK}/-new` });
    expect(await refusal(bench.change({ op: 'remove', path: '/' }))).toBe('file_denied');
    expect(await bench.run(`ls ${WORK}`)).toBe('b\nz\n');
  });
});

test.runIf(process.getuid?.() === 0)('when it is full that is said, and what was there is as it was', async () => {
  const other = await FilesBench.open();
  const home = path.join(other.sandbox.ref, 'home');
  const { uid, gid } = await stat(home);
  await mount('mount', ['-t', 'tmpfs', '-o', `size=4m,mode=700,uid=${uid},gid=${gid}`, 'tmpfs', home]);
  try {
    const where = { directory: HOME, name: 'notes' };
    const { version } = await other.write({ clash: 'refuse', ...where }, 'precious');
    await other.run('head -c 3M /dev/zero > filler');
    expect(await refusal(other.write({ clash: 'refuse', directory: HOME, name: 'big' }, randomBytes(5 * MIB)))).toBe(
      'sandbox_full',
    );
    await other.run('cat /dev/zero > filler 2> /dev/null || true');
    expect(await refusal(other.write({ clash: 'save', ...where, version }, 'x'.repeat(MIB)))).toBe('sandbox_full');
    expect(await other.run('cat notes; ls -A')).toBe('preciousfiller\nnotes\n');
  } finally {
    await mount('umount', [home]);
    await other.dispose();
  }
});

test('when the sandbox ends meanwhile, that is what the page is told', async () => {
  const other = await FilesBench.open();
  const slow = async function* () {
    yield randomBytes(3 * MIB);
    await rm(other.sandbox.ref, { recursive: true });
    await new Promise<void>((resolve) => other.sandbox.onEnd(() => resolve()));
    yield randomBytes(3 * MIB);
  };
  const where = { clash: 'refuse', directory: HOME, name: 'x' } as const;
  expect(await refusal(other.write(where, slow()))).toBe('sandbox_gone');
  expect(await refusal(other.list())).toBe('sandbox_gone');
  await other.dispose();
});
