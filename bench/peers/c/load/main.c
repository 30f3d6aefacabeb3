// Loads a server on the loopback interface and prints what it did as one line of JSON.
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "load.h"

struct options options = {.dialect = "ttrpc",
    .mode = "unary",
    .service = "wardline.bench.v1.Echo",
    .method = "Inline",
    .connections = 1,
    .in_flight = 1,
    .payload_bytes = 128,
    .streams = 1,
    .subscribers = 100,
    .messages = 100000,
    .work = "send",
    .keys = "random",
    .user = "amara",
    .subscriber = "dr-lindqvist",
    .seconds = 2,
    .warm_up = 0.5};
const struct dialect *dialect;

static const struct dialect *const dialects[] = {&ttrpc, &bare, &redis, &redis_stream, &nats, &jetstream,
    &grpc, &chat};

static const struct { const char *name; void (*run)(void); } modes[] = {
    {"unary", run_unary},
    {"streams", run_streams},
    {"upload", run_upload},
    {"fan-out", run_fan_out},
    {"connect", run_connect},
    {"hold", run_hold},
    {"slow", run_slow},
    {"stopped", run_stopped},
    {"push", run_push},
    {"subscribers", run_subscribers},
    {"lag", run_lag},
};

static void usage(void) {
  fprintf(stderr,
      "usage: load [options] host:port\n"
      "  --dialect ttrpc|grpc|redis|redis-stream|nats|jetstream|bare|chat\n"
      "  --mode unary|streams|upload|fan-out|connect|hold|slow|stopped|push|subscribers|lag\n"
      "  --service NAME --method NAME      --payload BYTES\n"
      "  --connections N --in-flight N     --rate CALLS_PER_SECOND (open loop; 0: closed)\n"
      "  --streams N (streams: on each connection; hold: idle ones)\n"
      "  --messages N (of each stream)     --subscribers N (fan-out)\n"
      "  --seconds S --warm-up S           --server PID (tells its processor time)\n"
      "  chat: --work NAME --lists FOLDER --conversations N --keys random|time --user --subscriber\n"
      "  --tls (1.3; certificates are not verified)\n");
  exit(2);
}

static void parse(int count, char **arguments) {
  static const struct option names[] = {{"dialect", 1, 0, 'd'}, {"mode", 1, 0, 'm'},
      {"service", 1, 0, 'S'}, {"method", 1, 0, 'M'}, {"payload", 1, 0, 'p'},
      {"connections", 1, 0, 'c'}, {"in-flight", 1, 0, 'f'}, {"rate", 1, 0, 'r'},
      {"streams", 1, 0, 't'}, {"messages", 1, 0, 'n'}, {"subscribers", 1, 0, 'u'},
      {"seconds", 1, 0, 's'}, {"warm-up", 1, 0, 'w'}, {"server", 1, 0, 'P'},
      {"tls", 0, 0, 'T'}, {"lists", 1, 0, 'L'},
      {"work", 1, 0, 'W'}, {"keys", 1, 0, 'K'}, {"user", 1, 0, 'U'}, {"subscriber", 1, 0, 'B'},
      {"conversations", 1, 0, 'C'}, {0}};
  for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (name) {
      case 'd': options.dialect = optarg; break;
      case 'm': options.mode = optarg; break;
      case 'S': options.service = optarg; break;
      case 'M': options.method = optarg; break;
      case 'p': options.payload_bytes = (unsigned)atoi(optarg); break;
      case 'c': options.connections = (unsigned)atoi(optarg); break;
      case 'f': options.in_flight = (unsigned)atoi(optarg); break;
      case 'r': options.rate = atof(optarg); break;
      case 't': options.streams = (unsigned)atoi(optarg); break;
      case 'n': options.messages = strtoull(optarg, NULL, 10); break;
      case 'u': options.subscribers = (unsigned)atoi(optarg); break;
      case 's': options.seconds = atof(optarg); break;
      case 'w': options.warm_up = atof(optarg); break;
      case 'T': options.is_encrypted = true; break;
      case 'L': options.lists = optarg; break;
      case 'W': options.work = optarg; break;
      case 'K': options.keys = optarg; break;
      case 'U': options.user = optarg; break;
      case 'B': options.subscriber = optarg; break;
      case 'C': options.conversations = (unsigned)atoi(optarg); break;
      case 'P': options.server = atoi(optarg); break;
      default: usage();
    }
  }
  if (optind != count - 1) usage();
  options.address = arguments[optind];
  if (options.in_flight >= SENT_AT_SLOTS) fail("too many calls in flight on a connection");
}

int main(int count, char **arguments) {
  parse(count, arguments);
  for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
    if (strcmp(dialects[i]->name, options.dialect) == 0) dialect = dialects[i];
  }
  if (!dialect) usage();
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  links_target(options.address);
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(modes[i].name, options.mode) != 0) continue;
    modes[i].run();
    return 0;
  }
  usage();
}
