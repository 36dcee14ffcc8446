import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Scenarios of our own in Killercoda's form, with everything that the form has. */
export function writeFiles(directory: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
}

const INDEX = {
  title: 'Boxes and labels',
  description: 'Put things into boxes.',
  time: '25 minutes',
  details: {
    intro: { text: 'intro.md', background: 'setup.sh', foreground: 'wait.sh' },
    steps: [
      { title: 'Make a "box"', text: 'box/text.md', verify: 'box/verify.sh' },
      { title: 'Look around', text: 'look.md' },
      { title: 'Fill it', text: 'fill.md', verify: 'fill.sh' },
    ],
    finish: { text: 'finish.md' },
    assets: { host01: [{ file: 'things.tar', target: '/opt' }] },
  },
  backend: { imageid: 'ubuntu' },
};

const BOX = `# A box

<br>

A folder is a box. Type \`mkdir box\`{{exec}} and look at it with \`ls\`{{}}.

![](../plan.svg)

\`\`\`
ls -d box
\`\`\`{{exec}}

<details>
<summary>Tip</summary>

The command begins with mk.

</details>
<details><summary>Solution</summary>

\`\`\`bash
mkdir -p box
\`\`\`

</details>
`;

const LOOK = `Copy this:

\`\`\`bash
ls -l
\`\`\`{{copy}}

::: this is only text

Stop it: \`sleep 100\`{{exec interrupt}}

See [the page]({{TRAFFIC_HOST1_8080}}/x) <b>now</b>.

\`\`\`{{exec}}
for i in 1 2; do
  echo $i
done
\`\`\`

\`\`\`yaml
a: b
\`\`\`
`;

export const SAMPLE: Record<string, string> = {
  'index.json': JSON.stringify(INDEX),
  'intro.md': 'Welcome to the boxes.\n',
  'setup.sh': 'touch /tmp/ready\n',
  'wait.sh': 'while [ ! -e /tmp/ready ]; do sleep 1; done\n',
  'box/text.md': BOX,
  'box/verify.sh': '#!/bin/bash\nif [ ! -d box ]; then echo "no folder called box"; exit 1; fi\n',
  'plan.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'look.md': LOOK,
  'fill.md': 'Fill the box.\n',
  'fill.sh': 'ls /root/box/*\n',
  'finish.md': 'All boxes are full.\n',
};
