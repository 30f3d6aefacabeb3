import GRDB

/// Who cares for whom, now and before, and one support conversation for each patient and role.
enum Migration005 {
  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE care_assignments (
          assignment_id INTEGER PRIMARY KEY,
          patient_id TEXT NOT NULL REFERENCES users (user_id),
          care_role TEXT NOT NULL CHECK (care_role IN
            ('doctor', 'dietitian', 'pharmacist', 'nurse')),
          professional_id TEXT NOT NULL REFERENCES users (user_id),
          assigned_at INTEGER NOT NULL,
          ended_at INTEGER CHECK (ended_at >= assigned_at),
          assigned_by TEXT NOT NULL,
          note TEXT,
          CHECK (patient_id <> professional_id)
        ) STRICT;

        -- At each moment one professional answers for a patient in a role.
        CREATE UNIQUE INDEX care_assignments_present
          ON care_assignments (patient_id, care_role) WHERE ended_at IS NULL;
        CREATE INDEX care_assignments_by_patient ON care_assignments (patient_id, assignment_id);
        CREATE INDEX care_assignments_by_professional
          ON care_assignments (professional_id, patient_id, assignment_id);

        CREATE UNIQUE INDEX chat_conversations_of_support
          ON chat_conversations (user_id, care_role) WHERE type = 'support';
        """
    )
  }
}
