import { describeChapter } from '../../support/chapter-suite.ts';

describeChapter({
  chapterId: 'building-your-own',
  hands: {
    repair: (blocks) => [...blocks, "sed -i 's/updatge/update/' Dockerfile", 'docker build -t tools .'],
  },
  instead: {
    from: [
      'mkdir r && cd r && echo "from debian:stable-slim" > recipe',
      'docker build -f recipe -t debian_with_htop .',
    ],
    copy: [
      'echo PS1=mine: > x; echo "ADD x /root/.bashrc" >> recipe',
      'DOCKER_BUILDKIT=0 docker build -f recipe -t debian_with_htop:latest .',
    ],
    run: [
      'echo "RUN apt-get update" >> recipe; echo "RUN apt-get install --yes htop" >> recipe',
      'docker buildx build -f recipe -t debian_with_htop .',
    ],
    use: ['docker run -ti --name mine debian_with_htop htop --version'],
    repair: [
      'cp -r /etc/chapterhouse/recipes/tools mended && cd mended',
      "sed -i 's/^RUN.*/RUN apt-get update; apt-get install -y htop/' Dockerfile; docker build -t tools .",
    ],
  },
});
