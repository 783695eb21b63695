//! The typeface of the page, which is the desktop's own. `WebKitGTK` does not find it by the name `system-ui`, and
//! takes milliseconds in every size and weight for a name that is not there, so the page is told what to look for.
//!
//! Must never let a name out of the settings become anything but a name in the page.

use std::{sync::mpsc, time::Duration};

use gtk::{pango::FontDescription, prelude::GtkSettingsExt as _};
use tauri::AppHandle;

/// Looked for when the desktop has no face of its own; the first one that is there counts.
const USUAL: &str = "Inter, \"Adwaita Sans\", Cantarell, \"Noto Sans\", sans-serif";
/// Names that stand for whatever there is.
const GENERIC: &[&str] = &["sans", "sans-serif", "serif", "monospace", "system-ui"];
/// How long the window's thread may be busy before the page does without.
const PATIENCE: Duration = Duration::from_millis(500);

/// Tells the page, before it is read, what its words are written in.
pub(crate) fn script(tauri: &AppHandle) -> String {
    let (tell, told) = mpsc::channel();
    let ask = move || {
        let settings = gtk::Settings::default();
        let _ = tell.send(settings.and_then(|settings| settings.gtk_font_name()));
    };
    // On that thread itself it is done at once.
    let asked = tauri.run_on_main_thread(ask).is_ok();
    let set = asked.then(|| told.recv_timeout(PATIENCE).ok()).flatten();
    let family = set.flatten().and_then(|font| family(&font));
    setting(family.as_deref())
}

/// The family of a font as GTK writes it: "Noto Sans Bold 11".
fn family(font: &str) -> Option<String> {
    let families = FontDescription::from_string(font).family()?;
    let family = families.split(',').next()?.trim();
    let is_name = family
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '+' | '&'));
    let is_generic = GENERIC.iter().any(|name| name.eq_ignore_ascii_case(family));
    (is_name && !is_generic && !family.is_empty()).then(|| family.to_owned())
}

fn setting(family: Option<&str>) -> String {
    let faces = match family {
        Some(family) => format!("\"{family}\", {USUAL}"),
        None => USUAL.to_owned(),
    };
    let set = |name: &str, value: &str| {
        let value = serde_json::Value::from(value);
        format!("document.documentElement.style.setProperty('{name}', {value});")
    };
    set("--font", &faces) + &set("--mono", "monospace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_is_what_is_left_of_a_font_without_size_and_weight() {
        assert_eq!(family("Cantarell 11").as_deref(), Some("Cantarell"));
        assert_eq!(
            family("Noto Sans Bold Italic 10.5").as_deref(),
            Some("Noto Sans")
        );
        assert_eq!(family("Ubuntu,Sans 11").as_deref(), Some("Ubuntu"));
        for nothing in [
            "",
            "11",
            "Sans 10",
            "sans-serif",
            "Serif Bold 12",
            "system-ui 11",
        ] {
            assert_eq!(family(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        for bad in [
            "A\"; } 11",
            "A'B 11",
            "A\\ 11",
            "A</script> 11",
            "url(x) 11",
            "A\nB 11",
        ] {
            assert_eq!(family(bad), None, "{bad}");
        }
        assert_eq!(
            setting(Some("Noto Sans")),
            "document.documentElement.style.setProperty('--font', \"\\\"Noto Sans\\\", Inter, \
             \\\"Adwaita Sans\\\", Cantarell, \\\"Noto Sans\\\", sans-serif\");\
             document.documentElement.style.setProperty('--mono', \"monospace\");"
        );
        assert!(setting(None).contains("\"Inter, "));
    }
}
