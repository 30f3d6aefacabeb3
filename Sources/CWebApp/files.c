// The files of the web app, put into the program by the compiler, so that the one program is all that
// a server needs. A test compares this list with the folder.

#include "CWebApp.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char api_chat_api_js[] = {
#embed "../WardlineGateway/Web/app/api/chat-api.js"
};

static const unsigned char api_idempotency_key_js[] = {
#embed "../WardlineGateway/Web/app/api/idempotency-key.js"
};

static const unsigned char api_records_js[] = {
#embed "../WardlineGateway/Web/app/api/records.js"
};

static const unsigned char api_request_js[] = {
#embed "../WardlineGateway/Web/app/api/request.js"
};

static const unsigned char api_session_api_js[] = {
#embed "../WardlineGateway/Web/app/api/session-api.js"
};

static const unsigned char components_app_shell_js[] = {
#embed "../WardlineGateway/Web/app/components/app-shell.js"
};

static const unsigned char components_attached_content_js[] = {
#embed "../WardlineGateway/Web/app/components/attached-content.js"
};

static const unsigned char components_attachment_tray_js[] = {
#embed "../WardlineGateway/Web/app/components/attachment-tray.js"
};

static const unsigned char components_avatar_js[] = {
#embed "../WardlineGateway/Web/app/components/avatar.js"
};

static const unsigned char components_chat_sidebar_js[] = {
#embed "../WardlineGateway/Web/app/components/chat-sidebar.js"
};

static const unsigned char components_chat_window_js[] = {
#embed "../WardlineGateway/Web/app/components/chat-window.js"
};

static const unsigned char components_connection_state_js[] = {
#embed "../WardlineGateway/Web/app/components/connection-state.js"
};

static const unsigned char components_conversation_row_js[] = {
#embed "../WardlineGateway/Web/app/components/conversation-row.js"
};

static const unsigned char components_dietitian_card_js[] = {
#embed "../WardlineGateway/Web/app/components/dietitian-card.js"
};

static const unsigned char components_dietitian_support_js[] = {
#embed "../WardlineGateway/Web/app/components/dietitian-support.js"
};

static const unsigned char components_drop_target_js[] = {
#embed "../WardlineGateway/Web/app/components/drop-target.js"
};

static const unsigned char components_first_messages_js[] = {
#embed "../WardlineGateway/Web/app/components/first-messages.js"
};

static const unsigned char components_focus_heir_js[] = {
#embed "../WardlineGateway/Web/app/components/focus-heir.js"
};

static const unsigned char components_found_messages_js[] = {
#embed "../WardlineGateway/Web/app/components/found-messages.js"
};

static const unsigned char components_in_view_js[] = {
#embed "../WardlineGateway/Web/app/components/in-view.js"
};

static const unsigned char components_kept_trays_js[] = {
#embed "../WardlineGateway/Web/app/components/kept-trays.js"
};

static const unsigned char components_main_navigation_js[] = {
#embed "../WardlineGateway/Web/app/components/main-navigation.js"
};

static const unsigned char components_message_actions_js[] = {
#embed "../WardlineGateway/Web/app/components/message-actions.js"
};

static const unsigned char components_message_bubble_js[] = {
#embed "../WardlineGateway/Web/app/components/message-bubble.js"
};

static const unsigned char components_message_content_js[] = {
#embed "../WardlineGateway/Web/app/components/message-content.js"
};

static const unsigned char components_message_input_js[] = {
#embed "../WardlineGateway/Web/app/components/message-input.js"
};

static const unsigned char components_message_list_js[] = {
#embed "../WardlineGateway/Web/app/components/message-list.js"
};

static const unsigned char components_message_reactions_js[] = {
#embed "../WardlineGateway/Web/app/components/message-reactions.js"
};

static const unsigned char components_message_rows_js[] = {
#embed "../WardlineGateway/Web/app/components/message-rows.js"
};

static const unsigned char components_message_status_js[] = {
#embed "../WardlineGateway/Web/app/components/message-status.js"
};

static const unsigned char components_new_conversation_js[] = {
#embed "../WardlineGateway/Web/app/components/new-conversation.js"
};

static const unsigned char components_row_window_js[] = {
#embed "../WardlineGateway/Web/app/components/row-window.js"
};

static const unsigned char components_scroll_keeper_js[] = {
#embed "../WardlineGateway/Web/app/components/scroll-keeper.js"
};

static const unsigned char components_sensitive_toggle_js[] = {
#embed "../WardlineGateway/Web/app/components/sensitive-toggle.js"
};

static const unsigned char components_sign_in_js[] = {
#embed "../WardlineGateway/Web/app/components/sign-in.js"
};

static const unsigned char components_typing_line_js[] = {
#embed "../WardlineGateway/Web/app/components/typing-line.js"
};

static const unsigned char components_unread_badge_js[] = {
#embed "../WardlineGateway/Web/app/components/unread-badge.js"
};

static const unsigned char components_unread_bar_js[] = {
#embed "../WardlineGateway/Web/app/components/unread-bar.js"
};

static const unsigned char components_unsent_question_js[] = {
#embed "../WardlineGateway/Web/app/components/unsent-question.js"
};

static const unsigned char components_window_header_js[] = {
#embed "../WardlineGateway/Web/app/components/window-header.js"
};

static const unsigned char components_windowed_rows_js[] = {
#embed "../WardlineGateway/Web/app/components/windowed-rows.js"
};

static const unsigned char dom_element_js[] = {
#embed "../WardlineGateway/Web/app/dom/element.js"
};

static const unsigned char dom_icons_js[] = {
#embed "../WardlineGateway/Web/app/dom/icons.js"
};

static const unsigned char dom_toolbar_js[] = {
#embed "../WardlineGateway/Web/app/dom/toolbar.js"
};

static const unsigned char hash_sha256_js[] = {
#embed "../WardlineGateway/Web/app/hash/sha256.js"
};

static const unsigned char icon_svg[] = {
#embed "../WardlineGateway/Web/app/icon.svg"
};

static const unsigned char index_html[] = {
#embed "../WardlineGateway/Web/app/index.html"
};

static const unsigned char live_backoff_js[] = {
#embed "../WardlineGateway/Web/app/live/backoff.js"
};

static const unsigned char live_event_lines_js[] = {
#embed "../WardlineGateway/Web/app/live/event-lines.js"
};

static const unsigned char live_event_stream_js[] = {
#embed "../WardlineGateway/Web/app/live/event-stream.js"
};

static const unsigned char main_js[] = {
#embed "../WardlineGateway/Web/app/main.js"
};

static const unsigned char offline_app_files_js[] = {
#embed "../WardlineGateway/Web/app/offline/app-files.js"
};

static const unsigned char router_js[] = {
#embed "../WardlineGateway/Web/app/router.js"
};

static const unsigned char service_worker_js[] = {
#embed "../WardlineGateway/Web/app/service-worker.js"
};

static const unsigned char session_idle_watch_js[] = {
#embed "../WardlineGateway/Web/app/session/idle-watch.js"
};

static const unsigned char session_known_person_js[] = {
#embed "../WardlineGateway/Web/app/session/known-person.js"
};

static const unsigned char session_owed_sign_out_js[] = {
#embed "../WardlineGateway/Web/app/session/owed-sign-out.js"
};

static const unsigned char session_sign_in_problem_js[] = {
#embed "../WardlineGateway/Web/app/session/sign-in-problem.js"
};

static const unsigned char state_apply_event_js[] = {
#embed "../WardlineGateway/Web/app/state/apply-event.js"
};

static const unsigned char state_attachment_facts_js[] = {
#embed "../WardlineGateway/Web/app/state/attachment-facts.js"
};

static const unsigned char state_attachment_limits_js[] = {
#embed "../WardlineGateway/Web/app/state/attachment-limits.js"
};

static const unsigned char state_chat_js[] = {
#embed "../WardlineGateway/Web/app/state/chat.js"
};

static const unsigned char state_conversation_list_js[] = {
#embed "../WardlineGateway/Web/app/state/conversation-list.js"
};

static const unsigned char state_drafts_js[] = {
#embed "../WardlineGateway/Web/app/state/drafts.js"
};

static const unsigned char state_history_js[] = {
#embed "../WardlineGateway/Web/app/state/history.js"
};

static const unsigned char state_message_status_js[] = {
#embed "../WardlineGateway/Web/app/state/message-status.js"
};

static const unsigned char state_naming_js[] = {
#embed "../WardlineGateway/Web/app/state/naming.js"
};

static const unsigned char state_outbox_js[] = {
#embed "../WardlineGateway/Web/app/state/outbox.js"
};

static const unsigned char state_people_js[] = {
#embed "../WardlineGateway/Web/app/state/people.js"
};

static const unsigned char state_presence_js[] = {
#embed "../WardlineGateway/Web/app/state/presence.js"
};

static const unsigned char state_read_progress_js[] = {
#embed "../WardlineGateway/Web/app/state/read-progress.js"
};

static const unsigned char state_receipt_sender_js[] = {
#embed "../WardlineGateway/Web/app/state/receipt-sender.js"
};

static const unsigned char state_search_js[] = {
#embed "../WardlineGateway/Web/app/state/search.js"
};

static const unsigned char state_segment_js[] = {
#embed "../WardlineGateway/Web/app/state/segment.js"
};

static const unsigned char state_typing_js[] = {
#embed "../WardlineGateway/Web/app/state/typing.js"
};

static const unsigned char state_upload_js[] = {
#embed "../WardlineGateway/Web/app/state/upload.js"
};

static const unsigned char storage_database_js[] = {
#embed "../WardlineGateway/Web/app/storage/database.js"
};

static const unsigned char styles_base_css[] = {
#embed "../WardlineGateway/Web/app/styles/base.css"
};

static const unsigned char styles_bubble_css[] = {
#embed "../WardlineGateway/Web/app/styles/bubble.css"
};

static const unsigned char styles_input_css[] = {
#embed "../WardlineGateway/Web/app/styles/input.css"
};

static const unsigned char styles_shell_css[] = {
#embed "../WardlineGateway/Web/app/styles/shell.css"
};

static const unsigned char styles_sidebar_css[] = {
#embed "../WardlineGateway/Web/app/styles/sidebar.css"
};

static const unsigned char styles_window_css[] = {
#embed "../WardlineGateway/Web/app/styles/window.css"
};

static const unsigned char text_dates_js[] = {
#embed "../WardlineGateway/Web/app/text/dates.js"
};

static const unsigned char text_file_types_js[] = {
#embed "../WardlineGateway/Web/app/text/file-types.js"
};

static const unsigned char text_links_js[] = {
#embed "../WardlineGateway/Web/app/text/links.js"
};

static const unsigned char text_upload_problem_js[] = {
#embed "../WardlineGateway/Web/app/text/upload-problem.js"
};

static const unsigned char text_words_js[] = {
#embed "../WardlineGateway/Web/app/text/words.js"
};

#define FILE_AT(path, bytes) {path, bytes, sizeof(bytes)}

static const wardline_web_file files[] = {
  FILE_AT("api/chat-api.js", api_chat_api_js),
  FILE_AT("api/idempotency-key.js", api_idempotency_key_js),
  FILE_AT("api/records.js", api_records_js),
  FILE_AT("api/request.js", api_request_js),
  FILE_AT("api/session-api.js", api_session_api_js),
  FILE_AT("components/app-shell.js", components_app_shell_js),
  FILE_AT("components/attached-content.js", components_attached_content_js),
  FILE_AT("components/attachment-tray.js", components_attachment_tray_js),
  FILE_AT("components/avatar.js", components_avatar_js),
  FILE_AT("components/chat-sidebar.js", components_chat_sidebar_js),
  FILE_AT("components/chat-window.js", components_chat_window_js),
  FILE_AT("components/connection-state.js", components_connection_state_js),
  FILE_AT("components/conversation-row.js", components_conversation_row_js),
  FILE_AT("components/dietitian-card.js", components_dietitian_card_js),
  FILE_AT("components/dietitian-support.js", components_dietitian_support_js),
  FILE_AT("components/drop-target.js", components_drop_target_js),
  FILE_AT("components/first-messages.js", components_first_messages_js),
  FILE_AT("components/focus-heir.js", components_focus_heir_js),
  FILE_AT("components/found-messages.js", components_found_messages_js),
  FILE_AT("components/in-view.js", components_in_view_js),
  FILE_AT("components/kept-trays.js", components_kept_trays_js),
  FILE_AT("components/main-navigation.js", components_main_navigation_js),
  FILE_AT("components/message-actions.js", components_message_actions_js),
  FILE_AT("components/message-bubble.js", components_message_bubble_js),
  FILE_AT("components/message-content.js", components_message_content_js),
  FILE_AT("components/message-input.js", components_message_input_js),
  FILE_AT("components/message-list.js", components_message_list_js),
  FILE_AT("components/message-reactions.js", components_message_reactions_js),
  FILE_AT("components/message-rows.js", components_message_rows_js),
  FILE_AT("components/message-status.js", components_message_status_js),
  FILE_AT("components/new-conversation.js", components_new_conversation_js),
  FILE_AT("components/row-window.js", components_row_window_js),
  FILE_AT("components/scroll-keeper.js", components_scroll_keeper_js),
  FILE_AT("components/sensitive-toggle.js", components_sensitive_toggle_js),
  FILE_AT("components/sign-in.js", components_sign_in_js),
  FILE_AT("components/typing-line.js", components_typing_line_js),
  FILE_AT("components/unread-badge.js", components_unread_badge_js),
  FILE_AT("components/unread-bar.js", components_unread_bar_js),
  FILE_AT("components/unsent-question.js", components_unsent_question_js),
  FILE_AT("components/window-header.js", components_window_header_js),
  FILE_AT("components/windowed-rows.js", components_windowed_rows_js),
  FILE_AT("dom/element.js", dom_element_js),
  FILE_AT("dom/icons.js", dom_icons_js),
  FILE_AT("dom/toolbar.js", dom_toolbar_js),
  FILE_AT("hash/sha256.js", hash_sha256_js),
  FILE_AT("icon.svg", icon_svg),
  FILE_AT("index.html", index_html),
  FILE_AT("live/backoff.js", live_backoff_js),
  FILE_AT("live/event-lines.js", live_event_lines_js),
  FILE_AT("live/event-stream.js", live_event_stream_js),
  FILE_AT("main.js", main_js),
  FILE_AT("offline/app-files.js", offline_app_files_js),
  FILE_AT("router.js", router_js),
  FILE_AT("service-worker.js", service_worker_js),
  FILE_AT("session/idle-watch.js", session_idle_watch_js),
  FILE_AT("session/known-person.js", session_known_person_js),
  FILE_AT("session/owed-sign-out.js", session_owed_sign_out_js),
  FILE_AT("session/sign-in-problem.js", session_sign_in_problem_js),
  FILE_AT("state/apply-event.js", state_apply_event_js),
  FILE_AT("state/attachment-facts.js", state_attachment_facts_js),
  FILE_AT("state/attachment-limits.js", state_attachment_limits_js),
  FILE_AT("state/chat.js", state_chat_js),
  FILE_AT("state/conversation-list.js", state_conversation_list_js),
  FILE_AT("state/drafts.js", state_drafts_js),
  FILE_AT("state/history.js", state_history_js),
  FILE_AT("state/message-status.js", state_message_status_js),
  FILE_AT("state/naming.js", state_naming_js),
  FILE_AT("state/outbox.js", state_outbox_js),
  FILE_AT("state/people.js", state_people_js),
  FILE_AT("state/presence.js", state_presence_js),
  FILE_AT("state/read-progress.js", state_read_progress_js),
  FILE_AT("state/receipt-sender.js", state_receipt_sender_js),
  FILE_AT("state/search.js", state_search_js),
  FILE_AT("state/segment.js", state_segment_js),
  FILE_AT("state/typing.js", state_typing_js),
  FILE_AT("state/upload.js", state_upload_js),
  FILE_AT("storage/database.js", storage_database_js),
  FILE_AT("styles/base.css", styles_base_css),
  FILE_AT("styles/bubble.css", styles_bubble_css),
  FILE_AT("styles/input.css", styles_input_css),
  FILE_AT("styles/shell.css", styles_shell_css),
  FILE_AT("styles/sidebar.css", styles_sidebar_css),
  FILE_AT("styles/window.css", styles_window_css),
  FILE_AT("text/dates.js", text_dates_js),
  FILE_AT("text/file-types.js", text_file_types_js),
  FILE_AT("text/links.js", text_links_js),
  FILE_AT("text/upload-problem.js", text_upload_problem_js),
  FILE_AT("text/words.js", text_words_js),
};

size_t wardline_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }

wardline_web_file wardline_web_file_at(size_t index) {
  size_t last = wardline_web_file_count() - 1;
  return files[index < last ? index : last];
}
