#include <cstdio>
#include <cstring>

#include "services.h"

void announce(int port) {
  std::printf("127.0.0.1:%d\n", port);
  std::fflush(stdout);
}

int main(int count, char **arguments) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  // More streams on a connection than any case has.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1024);
  if (count == 2 && std::strcmp(arguments[1], "callback") == 0) {
    serve_callback(builder, &port);
  } else if (count == 2 && std::strcmp(arguments[1], "async") == 0) {
    serve_async(builder, &port);
  } else {
    std::fprintf(stderr, "usage: grpc-cpp-server callback|async\n");
    return 2;
  }
  return 0;
}
