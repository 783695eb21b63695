//! What is saved, and what must not take the place of what is known since.

use std::cell::Cell;

use shoal_files::shim::{Failure, Op, Shim};

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
    b.put("b", &fs::read(b.data.join("b")).unwrap());
    b.put("empty", &[]);
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
fn what_is_not_as_it_was_left_is_not_saved_as_sound() {
    let b = bench();
    b.put("a", &fs::read(b.data.join("a")).unwrap());
    b.mark_dirty();
    let gone = Kept {
        record: b.record.clone(),
        have: Bitfield::full(b.meta.piece_count),
        owned: Bitfield::full(3),
    };
    run_quick(&b.shared, Quick::SaveResume(Box::new(gone)), &onward());
    let stored = b.shared.store.load_resume_blocking(b.record.hash).unwrap();
    assert!(!stored.is_some_and(|resume| resume.clean));
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

/// Lets nothing be brought to the disk any more.
fn with_failing_disk(b: &mut Bench) {
    let shim = Arc::new(Shim::new());
    shim.fail_from(Op::Sync, 0, Failure::Io);
    Arc::get_mut(&mut b.shared).unwrap().files = shoal_files::Disk::with_shim(shim);
}

#[test]
fn what_only_seeded_is_not_brought_to_the_disk_again_and_what_wrote_is() {
    let mut b = bench();
    b.whole();
    with_failing_disk(&mut b);
    let kept = |b: &Bench, owned: Bitfield| Kept {
        record: b.record.clone(),
        have: Bitfield::full(b.meta.piece_count),
        owned,
    };
    let journal = b.shared.scratch.join(format!("{}.journal", b.record.hash));
    fs::create_dir_all(&b.shared.scratch).unwrap();
    let save = |b: &Bench| {
        fs::write(&journal, b"of the run before").unwrap();
        let owned = b.resume().owned;
        let job = Quick::SaveResume(Box::new(kept(b, owned)));
        run_quick(&b.shared, job, &onward());
        journal.exists()
    };
    assert!(!save(&b), "nothing had to be saved, and the run is over");
    b.mark_dirty();
    assert!(save(&b), "what was not flushed is believed by nobody");
    assert!(!b.resume().clean);
}

#[test]
fn what_is_found_by_reading_counts_once_it_is_on_the_disk() {
    let mut b = bench();
    b.put_all();
    with_failing_disk(&mut b);
    let outcome = b.prepare();
    assert!(matches!(outcome, Err(Fault::Io(_))), "{outcome:?}");
    let stored = b.shared.store.load_resume_blocking(b.record.hash).unwrap();
    assert!(stored.is_none_or(|r| !r.clean));
}

#[test]
fn a_check_that_was_given_up_saves_nothing() {
    let b = bench();
    b.put_all();
    let control = Arc::new(Control::new());
    let prepared = prepare::prepare(&b.shared, b.job(), control.clone());
    let Ok(prepare::Outcome::Check(job)) = prepared else {
        panic!("nothing to read");
    };
    let read = check::run(&b.shared, *job).unwrap().ok().unwrap();
    // It has read the last byte when it is given up, because the files are to be moved.
    control.cancel();
    run_quick(&b.shared, Quick::Conclude(read), &onward());
    let stored = b.shared.store.load_resume_blocking(b.record.hash).unwrap();
    assert_eq!(stored, None);
    assert!(
        b.told
            .try_iter()
            .all(|r| !matches!(r.msg, Msg::Prepared { .. }))
    );
}

#[test]
fn what_writes_again_while_its_flush_is_saved_is_not_called_clean() {
    let mut b = bench();
    b.whole();
    let kept = Kept {
        record: b.record.clone(),
        have: Bitfield::full(b.meta.piece_count),
        owned: Bitfield::full(3),
    };
    let asked = Cell::new(0);
    let is_latest = || {
        asked.set(asked.get() + 1);
        asked.get() == 1
    };
    jobs::keep_flushed(&b.shared, &kept, &is_latest);
    assert!(!b.resume().clean);
    jobs::keep_flushed(&b.shared, &kept, &|| true);
    assert!(b.resume().clean);
}
