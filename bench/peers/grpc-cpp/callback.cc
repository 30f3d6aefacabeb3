#include <echo.grpc.pb.h>
#include <streams.grpc.pb.h>

#include "services.h"

namespace {

using namespace wardline::bench::v1;

class EchoService final : public Echo::CallbackService {
  grpc::ServerUnaryReactor *Inline(
      grpc::CallbackServerContext *context, const Payload *request, Payload *response) override {
    response->set_data(request->data());
    auto *reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class Download final : public grpc::ServerWriteReactor<Payload> {
 public:
  explicit Download(const DownloadRequest *request) : left_(request->messages()) {
    payload_.set_data(std::string(request->message_bytes(), '\0'));
    Next();
  }

 private:
  void Next() {
    if (left_ == 0) {
      Finish(grpc::Status::OK);
      return;
    }
    left_--;
    StartWrite(&payload_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) Next();
    else Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

  uint64_t left_;
  Payload payload_;
};

class Upload final : public grpc::ServerReadReactor<Payload> {
 public:
  explicit Upload(UploadSummary *summary) : summary_(summary) { StartRead(&payload_); }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    summary_->set_messages(summary_->messages() + 1);
    summary_->set_bytes(summary_->bytes() + payload_.data().size());
    StartRead(&payload_);
  }
  void OnDone() override { delete this; }

  UploadSummary *summary_;
  Payload payload_;
};

class StreamsService final : public Streams::CallbackService {
  grpc::ServerWriteReactor<Payload> *Download(
      grpc::CallbackServerContext *, const DownloadRequest *request) override {
    return new ::Download(request);
  }
  grpc::ServerReadReactor<Payload> *Upload(
      grpc::CallbackServerContext *, UploadSummary *summary) override {
    return new ::Upload(summary);
  }
};

}  // namespace

void serve_callback(grpc::ServerBuilder &builder, int *port) {
  EchoService echo;
  StreamsService streams;
  builder.RegisterService(&echo);
  builder.RegisterService(&streams);
  auto server = builder.BuildAndStart();
  announce(*port);
  server->Wait();
}
