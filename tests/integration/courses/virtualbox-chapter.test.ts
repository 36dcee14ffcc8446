import { describeChapter } from '../../support/chapter-suite.ts';

describeChapter({
  chapterId: 'virtualbox',
  instead: {
    version: ['vboxmanage -v'],
    create: ['VBoxManage createvm --ostype Other --name Ubuntu20.04', 'VBoxManage registervm ~/VirtualBox*/*/*.vbox'],
    disk: ['VBoxManage createmedium disk --filename ~/Ubuntu20.04.vdi --sizebyte 14933819392'],
    ostype: ['VBoxManage modifyvm Ubuntu20.04 --os-type Ubuntu_64'],
    memory: ['VBoxManage modifyvm Ubuntu20.04 --memory=1024'],
    controller: ['VBoxManage storagectl Ubuntu20.04 --name plugs --add ide --bootable on'],
    drive: [
      'vbox-img createiso -o other.iso /etc/hostname',
      'VBoxManage storageattach Ubuntu20.04 --storagectl plugs --port 1 --device 1 --type dvddrive --medium ~/other.iso',
      'VBoxManage storageattach Ubuntu20.04 --storagectl plugs --port 0 --device 0 --type hdd --medium ~/Ubuntu20.04.vdi',
    ],
    network: ['VBoxManage modifyvm Ubuntu20.04 --nic-type1 82540EM', 'VBoxManage modifyvm Ubuntu20.04 --nic1 nat'],
    start: ['VBoxManage startvm --type=headless Ubuntu20.04'],
  },
});
