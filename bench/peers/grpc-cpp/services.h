// The two ways in which gRPC C++ lets a server be written. The better one counts.
#pragma once

#include <grpcpp/grpcpp.h>

// Reactors that gRPC's own threads call.
void serve_callback(grpc::ServerBuilder &builder, int *port);
// A completion queue that this thread empties.
void serve_async(grpc::ServerBuilder &builder, int *port);

void announce(int port);
