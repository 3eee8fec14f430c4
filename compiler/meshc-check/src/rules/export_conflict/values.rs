//! Conflicts about what the oldest export decides whole.

use std::fmt::Display;

use meshc_model::{Distribution, Family, Pair, Reach, Said};
use meshc_source::Span;

use super::{Sides, Words};

impl Sides<'_> {
    pub(super) fn ip_family(&self, kept: &[Family], lost: &[Family]) -> Words {
        let places = self.services();
        let (kept, lost) = (words(kept), words(lost));
        Words {
            what: format!(
                "is exported with {kept} by {} and {lost} by {}, which have nothing in common",
                self.kept, self.lost
            ),
            lost: (places.1, format!("{lost} is left out")),
            kept: (places.0, format!("{kept} {}", self.stands())),
            help: format!(
                "endpoints of other families serve no client of another cluster: add {kept} to the `ipFamilies` of {}",
                self.lost
            ),
        }
    }

    pub(super) fn service_type(&self, kept: Option<Span>, lost: Option<Span>) -> Words {
        let is = |none: Option<Span>| if none.is_some() { "headless" } else { "with a cluster IP" };
        let help = match kept {
            Some(_) => format!("write `clusterIP: None` in {} too", self.lost),
            None => format!("remove `clusterIP: None` in {}", self.lost),
        };
        self.either(&is(kept), &is(lost), (kept, lost), help)
    }

    pub(super) fn session_affinity(&self, kept: Option<Said<u32>>, lost: Option<Said<u32>>) -> Words {
        let is =
            |said: Option<Said<u32>>| if said.is_some() { "with session affinity" } else { "without session affinity" };
        let help = match kept {
            Some(_) => format!("write `sessionAffinity: ClientIP` in {} too", self.lost),
            None => format!("remove `sessionAffinity: ClientIP` in {}", self.lost),
        };
        self.either(&is(kept), &is(lost), (kept.map(|said| said.span), lost.map(|said| said.span)), help)
    }

    pub(super) fn session_affinity_config(&self, kept: Said<u32>, lost: Said<u32>) -> Words {
        let is = |said: Said<u32>| format!("with session affinity of {} s", said.value);
        let help = format!("write `timeoutSeconds: {}` in {} too", kept.value, self.lost);
        self.either(&is(kept), &is(lost), (Some(kept.span), Some(lost.span)), help)
    }

    pub(super) fn internal_policy(&self, kept: Option<Said<Reach>>, lost: Option<Said<Reach>>) -> Words {
        let word = |said: Option<Said<Reach>>| {
            let reach = said.map_or(Reach::Cluster, |said| said.value);
            Reach::ALL.iter().find(|(other, _)| *other == reach).map_or("", |(_, word)| *word)
        };
        let is = |said| format!("with `internalTrafficPolicy: {}`", word(said));
        let help = format!("write `internalTrafficPolicy: {}` in {} too", word(kept), self.lost);
        self.either(&is(kept), &is(lost), (kept.map(|said| said.span), lost.map(|said| said.span)), help)
    }

    pub(super) fn distribution(&self, kept: Option<Said<Distribution>>, lost: Option<Said<Distribution>>) -> Words {
        let is = |said: Option<Said<Distribution>>| match said {
            Some(said) => format!("with `trafficDistribution: {}`", said.value.word()),
            None => "without `trafficDistribution`".into(),
        };
        let help = match kept {
            Some(said) => format!("write `trafficDistribution: {}` in {} too", said.value.word(), self.lost),
            None => format!("remove it in {}", self.lost),
        };
        self.either(&is(kept), &is(lost), (kept.map(|said| said.span), lost.map(|said| said.span)), help)
    }

    pub(super) fn pair(&self, what: &str, field: &str, kept: Option<&Pair>, lost: Option<&Pair>) -> Words {
        let key = kept.or(lost).map_or("", |pair| pair.key.as_str());
        let is = |pair: Option<&Pair>| match pair {
            Some(pair) => format!("with the {what} `{key}: {}`", pair.value),
            None => format!("without the {what} `{key}`"),
        };
        let help = match kept {
            Some(pair) => format!("write `{key}: \"{}\"` below `{field}` in {} too", pair.value, self.lost),
            None => format!("remove it in {}, or write it below `{field}` in {} too", self.lost, self.kept),
        };
        let (kept_at, lost_at) = self.exports();
        let places = (kept.map_or(kept_at, |pair| pair.span), lost.map_or(lost_at, |pair| pair.span));
        self.either(&is(kept), &is(lost), (Some(places.0), Some(places.1)), help)
    }

    /// Words for a field that is one thing here and another there; where nothing is said, the name of the Service is
    /// the place.
    fn either(
        &self,
        kept: &dyn Display,
        lost: &dyn Display,
        places: (Option<Span>, Option<Span>),
        help: String,
    ) -> Words {
        let services = self.services();
        Words {
            what: format!("is exported {kept} by {} and {lost} by {}", self.kept, self.lost),
            lost: (places.1.unwrap_or(services.1), format!("what {} says does not count", self.lost)),
            kept: (places.0.unwrap_or(services.0), self.stands()),
            help,
        }
    }
}

fn words(families: &[Family]) -> String {
    let word = |family: &Family| Family::ALL.iter().find(|(other, _)| other == family).map_or("", |(_, word)| *word);
    families.iter().map(word).collect::<Vec<_>>().join(" and ")
}
