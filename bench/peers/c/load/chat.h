// Calls of the chat, for the cases that need more than one kind of them.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct link;

uint64_t chat_random(void);
// One of the texts of the lists.
const char *chat_text(void);
// Signs the link in and waits until it is.
void chat_sign_in(struct link *, const char *user);
// A request to send `content`, with a fresh key, to one of the conversations.
size_t chat_message(uint8_t *to, const char *content);
void chat_call(struct link *, uint64_t number, const char *service, const char *method,
    const void *payload, size_t count);
