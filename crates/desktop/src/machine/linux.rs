//! Linux: logind, which refuses while another program or person needs the machine.

use super::Rest;
use crate::bus::{Bus, Service};

const LOGIND: Service = Service {
    name: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
};

pub(super) async fn ask(system: &Bus, what: Rest) -> Result<(), String> {
    let connection = system.get().await.ok_or("there is no bus")?;
    let method = match what {
        Rest::Sleep => "Suspend",
        Rest::ShutDown => "PowerOff",
    };
    // No window that asks for a password: nobody may be there.
    let asked: zbus::Result<()> = LOGIND.call(&connection, method, &false).await;
    asked.map_err(|e| e.to_string())
}
