// The messages of Tests/InteropProtos/interop.proto, written by hand: the library reads the tags.

package main

import "fmt"

const (
	interopService       = "wardline.interop.v1.Interop"
	unimplementedService = "wardline.interop.v1.Unimplemented"
	controlService       = "wardline.interop.v1.Control"
	userPrefix           = "Bearer interop-"
)

const (
	endingCompleted int32 = 1
	endingFailed    int32 = 2
	endingCancelled int32 = 3
)

// Empty is the message without fields.
type Empty struct{}

func (m *Empty) Reset()         { *m = Empty{} }
func (m *Empty) String() string { return "{}" }
func (*Empty) ProtoMessage()    {}

// EchoStatus is how a call is to end.
type EchoStatus struct {
	Code    int32  `protobuf:"varint,1,opt,name=code,proto3"`
	Message string `protobuf:"bytes,2,opt,name=message,proto3"`
}

func (m *EchoStatus) Reset()         { *m = EchoStatus{} }
func (m *EchoStatus) String() string { return fmt.Sprintf("%+v", *m) }
func (*EchoStatus) ProtoMessage()    {}

// MetadataEntry is one pair that came with the call.
type MetadataEntry struct {
	Key   string `protobuf:"bytes,1,opt,name=key,proto3"`
	Value string `protobuf:"bytes,2,opt,name=value,proto3"`
}

func (m *MetadataEntry) Reset()         { *m = MetadataEntry{} }
func (m *MetadataEntry) String() string { return fmt.Sprintf("%+v", *m) }
func (*MetadataEntry) ProtoMessage()    {}

// SimpleRequest says what UnaryCall is to do.
type SimpleRequest struct {
	Payload        []byte      `protobuf:"bytes,1,opt,name=payload,proto3"`
	ResponseSize   uint32      `protobuf:"varint,2,opt,name=response_size,proto3"`
	ResponseStatus *EchoStatus `protobuf:"bytes,3,opt,name=response_status,proto3"`
	EchoMetadata   []string    `protobuf:"bytes,4,rep,name=echo_metadata,proto3"`
	FillUsername   bool        `protobuf:"varint,5,opt,name=fill_username,proto3"`
	DelayMs        uint32      `protobuf:"varint,6,opt,name=delay_ms,proto3"`
	Tag            string      `protobuf:"bytes,7,opt,name=tag,proto3"`
}

func (m *SimpleRequest) Reset()         { *m = SimpleRequest{} }
func (m *SimpleRequest) String() string { return fmt.Sprintf("%+v", *m) }
func (*SimpleRequest) ProtoMessage()    {}

// SimpleResponse is what UnaryCall answers.
type SimpleResponse struct {
	Payload  []byte           `protobuf:"bytes,1,opt,name=payload,proto3"`
	Username string           `protobuf:"bytes,2,opt,name=username,proto3"`
	Metadata []*MetadataEntry `protobuf:"bytes,3,rep,name=metadata,proto3"`
}

func (m *SimpleResponse) Reset()         { *m = SimpleResponse{} }
func (m *SimpleResponse) String() string { return fmt.Sprintf("%+v", *m) }
func (*SimpleResponse) ProtoMessage()    {}

// Tag names a call.
type Tag struct {
	Tag string `protobuf:"bytes,1,opt,name=tag,proto3"`
}

func (m *Tag) Reset()         { *m = Tag{} }
func (m *Tag) String() string { return fmt.Sprintf("%+v", *m) }
func (*Tag) ProtoMessage()    {}

// OutcomeResponse says how a call ended.
type OutcomeResponse struct {
	Ending int32 `protobuf:"varint,1,opt,name=ending,proto3"`
}

func (m *OutcomeResponse) Reset()         { *m = OutcomeResponse{} }
func (m *OutcomeResponse) String() string { return fmt.Sprintf("%+v", *m) }
func (*OutcomeResponse) ProtoMessage()    {}
