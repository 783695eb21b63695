//! The page under the driver's hand: found by roles and names, waited for with a deadline.

use std::path::Path;

use serde_json::{Value, json};
use shoal_testkit::wait;
use thirtyfour::{By, Key, WebElement, error::WebDriverResult};

use crate::window::Window;

/// A torrent's row as it is painted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Painted {
    /// What a screen reader says: name, state, progress, sentence.
    pub label: String,
    pub sentence: String,
    /// Whole percent of the lane; none when no share is claimed.
    pub percent: Option<u64>,
}

const ROW: &str = r#"
    const row = document.querySelector(`[role=row][data-key="${arguments[0]}"]`);
    if (row === null) return null;
    const share = row.querySelector('[role=progressbar]').getAttribute('aria-valuenow');
    return {
        label: row.getAttribute('aria-label'),
        sentence: row.querySelector('.t-say').innerText.trim(),
        percent: share === null ? null : Number(share),
    };
"#;

const SEEN: &str = r"
    const all = [...document.querySelectorAll(arguments[0])];
    return all.some((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
";

const SETTLED: &str = r"
    const done = arguments[0];
    const ends = (moving) => moving.effect.getComputedTiming().endTime !== Infinity;
    const still = document.getAnimations().filter(ends).map((moving) => moving.finished);
    const frames = (left) => left === 0 ? done() : requestAnimationFrame(() => frames(left - 1));
    Promise.allSettled([...still, document.fonts.ready]).then(() => frames(10));
";

const CALL: &str = r"
    const [name, request, done] = arguments;
    window.__TAURI_INTERNALS__.invoke('call', { name, request })
        .then((answer) => done({ answer }), (refusal) => done({ refusal }));
";

/// A button by the name that a screen reader says, or the words on it.
pub fn button(name: &str) -> By {
    let words = format!("@aria-label=\"{name}\" or normalize-space()=\"{name}\"");
    By::XPath(format!("//button[{words}]"))
}

/// The button of the open dialog that begins with these words.
pub fn in_dialog(name: &str) -> By {
    By::XPath(format!(
        "//dialog//button[starts-with(normalize-space(), \"{name}\")]"
    ))
}

pub fn row(hash: &str) -> By {
    By::Css(format!("[role=row][data-key=\"{hash}\"] .t-name"))
}

pub fn css(selector: &str) -> By {
    By::Css(selector.to_owned())
}

impl Window<'_> {
    /// Waits until the page has painted the first of what the list holds, or that it is empty.
    pub fn wait_for_page(&self) {
        self.see("[data-area=list] h1, [role=grid] [data-key]");
    }

    /// Waits for something, as long as everything takes.
    #[track_caller]
    pub fn until<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        wait::until_or_dump(wait::GENEROUS, what, look, || self.text())
    }

    /// Runs a script in the page; null when it could not be run.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Value {
        let (script, arguments) = (script.to_owned(), arguments.to_vec());
        let ran = self.drive(|driver| async move { driver.execute(script, arguments).await });
        ran.map_or(Value::Null, |ran| ran.json().clone())
    }

    /// All words on the page.
    pub fn text(&self) -> String {
        let text = self.script("return document.body.innerText", &[]);
        text.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn wait_text(&self, words: &str) {
        self.until(&format!("“{words}” on the page"), || {
            self.text().contains(words).then_some(())
        });
    }

    /// Waits until something is there to be seen.
    #[track_caller]
    pub fn see(&self, selector: &str) {
        self.until(selector, || {
            (self.script(SEEN, &[json!(selector)]) == true).then_some(())
        });
    }

    #[track_caller]
    pub fn click(&self, what: &By) {
        self.on(what, "be clicked", |element| async move {
            element.click().await
        });
    }

    #[track_caller]
    pub fn type_into(&self, what: &By, text: &str) {
        let text = text.to_owned();
        self.on(what, "be typed into", |element| {
            let text = text.clone();
            async move { element.send_keys(text).await }
        });
    }

    /// Waits until one of these lets `act` be done to it: the driver refuses what cannot be seen.
    #[track_caller]
    fn on<F>(&self, what: &By, to: &str, act: impl Fn(WebElement) -> F)
    where
        F: Future<Output = WebDriverResult<()>> + Send + 'static,
    {
        let mut last = String::from("it is not there");
        let done = wait::poll(wait::GENEROUS, || {
            let by = what.clone();
            let found = self.drive(|driver| async move { driver.find_all(by).await });
            let mut found = found.unwrap_or_default().into_iter();
            found.find_map(|element| match self.drive(|_| act(element)) {
                Ok(()) => Some(()),
                Err(e) => {
                    last = e.to_string();
                    None
                }
            })
        });
        assert!(
            done.is_some(),
            "{what} cannot {to}: {last}\n{}",
            self.text()
        );
    }

    /// Waits until nothing moves that comes to an end, and it is painted.
    pub fn settle(&self) {
        let settled =
            self.drive(|driver| async move { driver.execute_async(SETTLED, vec![]).await });
        settled.unwrap();
    }

    /// Presses a key, with Ctrl held down.
    pub fn ctrl(&self, key: &str) {
        let key = key.to_owned();
        let pressed = self.drive(|driver| async move {
            let chain = driver.action_chain().key_down(Key::Control);
            chain.send_keys(key).key_up(Key::Control).perform().await
        });
        pressed.unwrap();
    }

    /// Presses a key, with Shift held down.
    pub fn shift(&self, key: Key) {
        let pressed = self.drive(|driver| async move {
            let chain = driver.action_chain().key_down(Key::Shift);
            chain
                .send_keys(key.value())
                .key_up(Key::Shift)
                .perform()
                .await
        });
        pressed.unwrap();
    }

    /// Types where the focus is.
    pub fn write(&self, text: &str) {
        let text = text.to_owned();
        let typed = self
            .drive(|driver| async move { driver.action_chain().send_keys(text).perform().await });
        typed.unwrap();
    }

    /// Presses a key where the focus is.
    pub fn press(&self, key: Key) {
        let pressed = self.drive(|driver| async move {
            driver.action_chain().send_keys(key.value()).perform().await
        });
        pressed.unwrap();
    }

    /// The row of a torrent, if it is painted.
    pub fn painted(&self, hash: &str) -> Option<Painted> {
        let row = self.script(ROW, &[json!(hash)]);
        Some(Painted {
            label: row["label"].as_str()?.to_owned(),
            sentence: row["sentence"].as_str()?.to_owned(),
            percent: row["percent"].as_u64(),
        })
    }

    /// Waits until the row of a torrent looks as `fits` wants it.
    #[track_caller]
    pub fn wait_painted(&self, hash: &str, what: &str, fits: impl Fn(&Painted) -> bool) -> Painted {
        let mut last = None;
        let found = wait::poll(wait::GENEROUS, || {
            last = self.painted(hash);
            last.clone().filter(&fits)
        });
        found.unwrap_or_else(|| panic!("waited for {what}; the row is {last:#?}"))
    }

    /// Waits until the row says this state.
    #[track_caller]
    pub fn wait_state(&self, hash: &str, state: &str) -> Painted {
        let word = format!(", {state}, ");
        self.wait_painted(hash, state, |row| row.label.contains(&word))
    }

    /// What the page can ask Shoal: for figures that are not painted.
    pub fn try_call(&self, name: &str, request: &Value) -> Result<Value, Value> {
        let arguments = vec![json!(name), request.clone()];
        let answer =
            self.drive(|driver| async move { driver.execute_async(CALL, arguments).await });
        let mut answer = answer.map_err(|e| json!(e.to_string()))?.json().clone();
        match answer["refusal"].take() {
            Value::Null => Ok(answer["answer"].take()),
            refusal => Err(refusal),
        }
    }

    /// Bytes that were fetched of a torrent, again or not.
    pub fn fetched(&self, hash: &str) -> u64 {
        let list = self.try_call("snapshot", &json!({})).unwrap();
        let mut rows = list["torrents"].as_array().unwrap().iter();
        let row = rows.find(|row| row["hash"] == hash).unwrap();
        row["downloaded_bytes"].as_u64().unwrap()
    }

    /// Adds what the open dialog shows.
    #[track_caller]
    pub fn add_shown(&self) {
        self.click(&in_dialog("Add"));
        self.until("the dialog to close", || {
            let open = "return document.querySelector('dialog[open]') !== null";
            (self.script(open, &[]) == false).then_some(())
        });
    }

    /// Hands a torrent file over by a second start, and adds it in the dialog that comes.
    #[track_caller]
    pub fn add_file(&self, file: &Path) {
        self.stage.start_again(&[file.to_str().unwrap()]);
        self.add_shown();
    }
}
