#include <echo.grpc.pb.h>
#include <streams.grpc.pb.h>

#include <memory>

#include "services.h"

namespace {

using namespace wardline::bench::v1;

// What a tag of the completion queue points to.
class Step {
 public:
  virtual ~Step() = default;
  virtual void Advance(bool ok) = 0;
};

struct Host {
  Echo::AsyncService echo;
  Streams::AsyncService streams;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
};

class Unary final : public Step {
 public:
  explicit Unary(Host &host) : host_(host), responder_(&context_) {
    host.echo.RequestInline(
        &context_, &payload_, &responder_, host.queue.get(), host.queue.get(), this);
  }

  void Advance(bool ok) override {
    if (!ok || is_answered_) {
      delete this;
      return;
    }
    new Unary(host_);
    is_answered_ = true;
    responder_.Finish(payload_, grpc::Status::OK, this);
  }

 private:
  Host &host_;
  grpc::ServerContext context_;
  Payload payload_;
  grpc::ServerAsyncResponseWriter<Payload> responder_;
  bool is_answered_ = false;
};

class AsyncDownload final : public Step {
 public:
  explicit AsyncDownload(Host &host) : host_(host), writer_(&context_) {
    host.streams.RequestDownload(
        &context_, &request_, &writer_, host.queue.get(), host.queue.get(), this);
  }

  void Advance(bool ok) override {
    if (!ok || is_over_) {
      delete this;
      return;
    }
    if (!is_open_) {
      is_open_ = true;
      new AsyncDownload(host_);
      left_ = request_.messages();
      payload_.set_data(std::string(request_.message_bytes(), '\0'));
    }
    if (left_ == 0) {
      is_over_ = true;
      writer_.Finish(grpc::Status::OK, this);
      return;
    }
    left_--;
    writer_.Write(payload_, this);
  }

 private:
  Host &host_;
  grpc::ServerContext context_;
  DownloadRequest request_;
  Payload payload_;
  grpc::ServerAsyncWriter<Payload> writer_;
  uint64_t left_ = 0;
  bool is_open_ = false, is_over_ = false;
};

}  // namespace

void serve_async(grpc::ServerBuilder &builder, int *port) {
  Host host;
  builder.RegisterService(&host.echo);
  builder.RegisterService(&host.streams);
  host.queue = builder.AddCompletionQueue();
  auto server = builder.BuildAndStart();
  announce(*port);
  // As many calls may arrive before their successors wait as these.
  for (int i = 0; i < 512; i++) new Unary(host);
  for (int i = 0; i < 128; i++) new AsyncDownload(host);
  void *tag;
  bool ok;
  while (host.queue->Next(&tag, &ok)) static_cast<Step *>(tag)->Advance(ok);
}
