// hello ADDRESS USER sends a message to somebody over ttrpc, and prints what the two have written.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"time"

	"github.com/containerd/ttrpc"

	wardline "wardline.v1"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: WARDLINE_TOKEN=TOKEN hello HOST:PORT USER")
	}
	connection, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	client := ttrpc.NewClient(connection)
	defer client.Close()
	metadata := ttrpc.MD{"authorization": {"Bearer " + os.Getenv("WARDLINE_TOKEN")}}
	ctx, cancel := context.WithTimeout(ttrpc.WithMetadata(context.Background(), metadata), 10*time.Second)
	defer cancel()

	// The same key within a minute: run twice, the message is there once.
	request := &wardline.SendMessageRequest{
		To:             &wardline.SendMessageRequest_RecipientId{RecipientId: os.Args[2]},
		Content:        "Hello from Go",
		IdempotencyKey: fmt.Sprintf("hello-go-%d", time.Now().Unix()/60),
	}
	var sent wardline.SendMessageResponse
	if err := client.Call(ctx, "wardline.v1.Messages", "Send", request, &sent); err != nil {
		log.Fatal(err)
	}
	var page wardline.ListMessagesResponse
	list := &wardline.ListMessagesRequest{ConversationId: sent.ConversationId}
	if err := client.Call(ctx, "wardline.v1.Messages", "List", list, &page); err != nil {
		log.Fatal(err)
	}
	for _, message := range page.Messages {
		fmt.Printf("%s: %s\n", message.Sender.UserId, message.Content)
	}
}
