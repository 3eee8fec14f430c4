//! `meshc explain`.

use anyhow::Result;
use meshc_compiler::schema::nearest;
use meshc_diag::Code;

use crate::args::ExplainArgs;
use crate::exit::{Exit, Stop};
use crate::terminal::{columns, print};

pub(super) fn run(own: &ExplainArgs) -> Result<Exit> {
    let Some(wanted) = &own.code else {
        let rows: Vec<_> = Code::ALL
            .iter()
            .map(|code| {
                [code.number(), code.severity().word(), code.name(), code.summary()].map(str::to_owned).to_vec()
            })
            .collect();
        return print(&columns(&rows)).map(|()| Exit::Done);
    };
    let Some(code) = Code::find(wanted) else {
        let names = Code::ALL.iter().flat_map(|code| [code.number(), code.name()]);
        let help = nearest(wanted, names)
            .map_or_else(|| "`meshc explain` lists them".into(), |name| format!("did you mean `{name}`?"));
        return Err(Stop::Usage(format!("there is no diagnostic `{wanted}`; {help}")).into());
    };
    print(code.page().0).map(|()| Exit::Done)
}
