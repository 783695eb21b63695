//! What is saved, and what must not take the place of what is known since.

use super::*;

fn onward() -> Onward {
    Onward {
        checks: Checks::default(),
        moves: mpsc::channel().0,
    }
}

#[test]
fn a_late_flush_does_not_take_the_place_of_what_is_known_since() {
    let b = bench();
    b.put("a", &fs::read(b.data.join("a")).unwrap());
    let kept = |have: Bitfield, owned: Bitfield| Kept {
        record: b.record.clone(),
        have,
        owned,
    };
    let onward = onward();
    let (none, full) = (Bitfield::new(3), Bitfield::full(3));
    let pieces = b.meta.piece_count;
    b.shared.turns.lock().last.insert(b.record.hash, 2);
    let newer = kept(Bitfield::full(pieces), full);
    run_quick(&b.shared, Quick::SaveResume(Box::new(newer)), &onward);
    let older = kept(Bitfield::new(pieces), none);
    let late = Quick::Flushed(Box::new(older), 1, OpId(7));
    run_quick(&b.shared, late, &onward);
    assert!(b.resume().have.is_full());
    let told = b.told.try_recv().unwrap().msg;
    assert!(matches!(told, Msg::Flushed { ok: true, .. }), "{told:?}");
}

#[test]
fn a_panic_costs_one_job() {
    let b = bench();
    let job = Quick::Trash(Box::new(b.record.clone()));
    guarded(&b.shared, job.on_panic(), || panic!("as a test"));
    let told = b.told.try_recv().unwrap().msg;
    assert!(
        matches!(told, Msg::TrashDone { error: Some(_), .. }),
        "{told:?}"
    );
}

#[test]
fn what_was_saved_of_an_old_place_is_not_of_the_new_one() {
    let mut b = bench();
    let onward = onward();
    // Saved late: the torrent has been forgotten and added anew to another folder since.
    let kept = Kept {
        record: b.record.clone(),
        have: Bitfield::full(b.meta.piece_count),
        owned: Bitfield::full(3),
    };
    b.put("a", &[1]);
    run_quick(&b.shared, Quick::SaveResume(Box::new(kept)), &onward);
    run_quick(&b.shared, Quick::Forget(b.record.hash), &onward);
    b.record.save_path = b.to.join("elsewhere");
    b.to.push("elsewhere");
    b.put("a", b"the user's own words");
    in_the_way(&b.prepare(), &b.own().join("a"));
}
