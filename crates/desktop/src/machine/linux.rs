//! Linux: logind, which refuses while another program or person needs the machine.

use shoal_api::{Rest, WhyAwake};

use crate::bus::{Bus, LOGIND};

/// Why logind says no, by the names of its errors; whatever else happens is not known.
const REFUSALS: [(&str, WhyAwake); 4] = [
    (
        "org.freedesktop.DBus.Error.AccessDenied",
        WhyAwake::NotAllowed,
    ),
    // Somebody would have to type a password.
    (
        "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
        WhyAwake::NotAllowed,
    ),
    (
        "org.freedesktop.login1.BlockedByInhibitorLock",
        WhyAwake::Needed,
    ),
    (
        "org.freedesktop.login1.OperationInProgress",
        WhyAwake::Needed,
    ),
];

pub(super) async fn ask(system: &Bus, what: Rest) -> Result<(), (WhyAwake, String)> {
    let unknown = |error: &str| (WhyAwake::Unknown, error.to_owned());
    let connection = system.get().await;
    let connection = connection.ok_or_else(|| unknown("there is no bus"))?;
    let method = match what {
        Rest::Sleep => "Suspend",
        Rest::Shutdown => "PowerOff",
    };
    // No window that asks for a password: nobody may be there.
    let asked: zbus::Result<()> = LOGIND.call(&connection, method, &false).await;
    asked.map_err(|error| (why(&error), error.to_string()))
}

fn why(error: &zbus::Error) -> WhyAwake {
    let zbus::Error::MethodError(name, ..) = error else {
        return WhyAwake::Unknown;
    };
    let known = REFUSALS.iter().find(|(known, _)| *known == name.as_str());
    known.map_or(WhyAwake::Unknown, |(_, why)| *why)
}
