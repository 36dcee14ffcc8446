# send-as.pl FROM TO PORT TEXT: one UDP packet under an address of the sender's choice.
use strict;
use Socket;
my ($from, $to, $port, $text) = @ARGV;
my $udp = pack('n4', 4000, $port, 8 + length $text, 0) . $text;
my $ip = pack('CCnnnCCn', 0x45, 0, 20 + length $udp, 1, 0, 64, 17, 0) . inet_aton($from) . inet_aton($to);
socket(my $raw, AF_INET, SOCK_RAW, 255) or die "no raw socket: $!";
send($raw, $ip . $udp, 0, pack_sockaddr_in(0, inet_aton($to))) or die "not sent: $!";
print "sent\n";
