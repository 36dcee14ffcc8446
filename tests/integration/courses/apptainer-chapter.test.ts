import { describeChapter } from '../../support/chapter-suite.ts';

describeChapter({
  chapterId: 'apptainer',
  instead: {
    run: ['apptainer --silent shell docker://docker.io/library/alpine:latest', 'exit'],
    exec: ['apptainer -q exec -e docker://alpine cat /etc/passwd | head -1'],
    'same-files': ['apptainer exec docker://debian:stable-slim cp /etc/os-release inside.txt'],
    'image-file': ['apptainer build alpine.sif docker://alpine', './alpine.sif -c id'],
  },
});
