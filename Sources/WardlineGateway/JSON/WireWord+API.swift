import WardlineAPI

extension AttachmentState: WireWord {}
extension ConversationType: WireWord {}
extension DeleteScope: WireWord {}
extension DepartureReason: WireWord {}
extension HistoryVisibility: WireWord {}
extension MessagePriority: WireWord {}
extension MessageStatus: WireWord {}
extension MessageType: WireWord {}
extension ParticipantRole: WireWord {}
extension PresenceStatus: WireWord {}
extension ReceiptKind: WireWord {}
extension Role: WireWord {}
