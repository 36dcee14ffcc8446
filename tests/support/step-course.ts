import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const COURSE = `title: Every kind of step
summary: One chapter that shows what a step can be.
authors: [The tests]
licence: CC0-1.0
values:
  file: {kind: word, list: animals}
`;

const CHAPTER = `---
title: Kinds of steps
lead: What a step can ask, and how it says what is missing.
minutes: 10
---

::::::step{id="order" title="In order" goal="Put the lines in order."}
What happens first when a container is run?

:::::question{kind="order"}
1. The image is pulled
2. The container is created
3. Its first process starts
4. The process ends, and the container stops

:::explanation
An image is needed before a container can be made of it.
:::
:::::
::::::

::::::step{id="match" title="In pairs" goal="Pair each tool with its kind." points="2"}
Which kind of virtualization is it?

:::::question{kind="match"}
| Tool | Kind |
| --- | --- |
| Docker | OS level: one kernel for all |
| VirtualBox | full: a whole machine |
| Apptainer | OS level: one kernel for all |
| | paravirtualization: the guest asks the host |

:::explanation
Containers share the kernel of their host.
:::
:::::
::::::

::::::step{id="free" title="In your words" goal="Say what surprised you."}
What surprised you most?

:::::question{kind="free" placeholder="A few sentences"}

:::explanation
A good answer names one thing and says what you had expected instead.
:::
:::::
::::::

::::::step{id="parts" title="Two parts" goal="Make two files." check="two-files" points="3"}
Make the files \`first\` and \`{{file}}\`.

\`\`\`bash run
touch ~/first
\`\`\`

:::::hint
Files are made with \`touch\`.
:::::
:::::hint{when="second"}
The first is there. The second is called \`{{file}}\`.
:::::
:::::solution
\`\`\`bash run
touch ~/first ~/{{file}}
\`\`\`
:::::
::::::
`;

const CHECK = `home=$(getent passwd "$CH_STUDENT" | cut -d: -f6)
[ -d "$home" ] || home=$HOME
part --hint first 'The file first is there' "$(ls "$home")" 'a file called first' [ -e "$home/first" ]
part --hint second 'The second file is there' "$(ls "$home")" "a file called $CH_VALUE_FILE" [ -e "$home/$CH_VALUE_FILE" ]
all_parts 'Both files are there.' 'Not both files are there yet.'
`;

/** A content folder with one course of one chapter, in which steps of every kind stand. Removed by who asked for it. */
export function stepCourseFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chapterhouse-steps-'));
  // The process that reads it is not the one that runs the tests.
  chmodSync(folder, 0o755);
  const chapter = path.join(folder, 'virtualization', '01-kinds');
  mkdirSync(path.join(chapter, 'checks'), { recursive: true });
  cpSync(path.resolve('content/checks'), path.join(folder, 'checks'), { recursive: true });
  writeFileSync(path.join(folder, 'virtualization', 'course.yaml'), COURSE);
  writeFileSync(path.join(chapter, 'chapter.md'), CHAPTER);
  writeFileSync(path.join(chapter, 'checks', 'two-files.sh'), CHECK);
  return folder;
}
