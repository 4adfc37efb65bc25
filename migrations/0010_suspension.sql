-- Who is suspended takes nobody on and is taken on by nobody, whatever a look-up of ten seconds ago says.
CREATE TRIGGER referrals_accept_needs_active_practices BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'sent' AND NEW.state = 'accepted' AND (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.sender_practice_id, NEW.receiver_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_insert_needs_active_practices BEFORE INSERT ON partnerships
WHEN (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.inviter_practice_id, NEW.invitee_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_accept_needs_active_practices BEFORE UPDATE OF state ON partnerships
WHEN OLD.state = 'invited' AND NEW.state = 'active' AND (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.inviter_practice_id, NEW.invitee_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
