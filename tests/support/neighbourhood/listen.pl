# listen.pl SECONDS PORT TEXT: counts the UDP packets that hold TEXT.
use strict;
use Socket;
my ($seconds, $port, $text) = @ARGV;
socket(my $in, AF_INET, SOCK_DGRAM, 0) or die "no socket: $!";
bind($in, pack_sockaddr_in($port, INADDR_ANY)) or die "not bound: $!";
my $count = 0;
for (my $end = time + $seconds; time < $end;) {
  my $ready = '';
  vec($ready, fileno($in), 1) = 1;
  next unless select($ready, undef, undef, 0.1);
  recv($in, my $packet, 4096, 0);
  $count++ if index($packet, $text) >= 0;
}
print "$count\n";
