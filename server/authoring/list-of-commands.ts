const BY_HAND = '# by hand: what steps of the course install';
const NAME = /^[a-z0-9[][\w.+[-]*$/i;

type Listing = {
  /** As bash lists them, one a line. */
  listed: string;
  /** The file as it was: what an author added below its last heading stays. */
  before: string;
  /** Of the folder that the image is made from. */
  digest: string;
};

/** The text of `commands.txt`: names in order, without those that no author types. */
export function listOfCommands({ listed, before, digest }: Listing): string {
  const names = [...new Set(listed.split('\n'))].filter((name) => NAME.test(name)).sort();
  const [, byHand = '\n'] = before.split(BY_HAND);
  return `# sandbox folder: ${digest}\n${names.join('\n')}\n${BY_HAND}${byHand}`;
}
