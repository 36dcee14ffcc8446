import { describeChapter } from '../../support/chapter-suite.ts';

describeChapter({
  chapterId: 'os-level-virtualization',
  instead: {
    hostname: ['unshare -ru bash -c "hostname -b inner; uname -n; readlink /proc/self/ns/uts" > name.txt'],
    processes: [
      'unshare -r --pid --kill-child --mount-proc sh -c "readlink /proc/self/ns/pid; echo 1" > processes.txt',
    ],
    mounts: [
      'mkdir hidden; echo not outside > hidden/secret',
      'unshare -rm sh -c "mount --bind hidden /mnt; cat /mnt/secret; readlink /proc/self/ns/mnt" > mounts.txt',
    ],
    'by-hand': [
      'mkdir box; docker export $(docker create chapterhouse/hello-web) | tar xf - -C box',
      'cd box; unshare -r --pid --fork --mount sh -c "mount -t proc proc proc; /usr/sbin/chroot . sh -c \'readlink /proc/self/ns/pid > made-by-hand\'"; cd',
    ],
  },
});
