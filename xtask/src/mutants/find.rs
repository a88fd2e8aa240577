//! Where a source can be mutated: every place gets a switch that is decided at run time, so that one build holds all
//! mutants.
//!
//! Whatever is inserted keeps the types and evaluates each operand once. Constants, patterns, attributes and tests stay as
//! they are, and so do texts with a space in them: they are prose for people.

mod defaults;

use std::ops::Range;

use anyhow::{Context, Result};
use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, Pat, Stmt, Token, UnOp};

/// A change to one place.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    pub(super) id: u32,
    pub(super) provider: &'static str,
    /// From the workspace's root.
    pub(super) file: String,
    /// With its type, if it has one.
    pub(super) function: String,
    pub(super) kind: &'static str,
    /// What is written instead of what.
    pub(super) change: String,
    pub(super) pieces: Vec<Piece>,
}

impl Mutant {
    /// By what a hand-kept reason names it: no line, so that an edit elsewhere does not lose the reason.
    pub(super) fn key(&self) -> String {
        format!("{} {}: {}", self.file, self.function, self.change)
    }
}

/// A text that goes into the source.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// What it replaces; empty for an insertion.
    pub(super) at: Range<usize>,
    /// The order among the pieces at one place: what closes, what replaces, what opens.
    pub(super) rank: (u8, i64),
    pub(super) text: String,
}

/// All mutants of a source. Ids go on from `next`.
pub(super) fn mutants(provider: &'static str, file: &str, text: &str, next: &mut u32) -> Result<Vec<Mutant>> {
    let parsed = syn::parse_file(text).with_context(|| file.to_owned())?;
    let mut finder =
        Finder { provider, file, text, next, scope: Vec::new(), functions: Vec::new(), found: Vec::new() };
    finder.visit_file(&parsed);
    let mut found = finder.found;
    // Equal changes within one function are told apart by a number.
    for at in 0..found.len() {
        let key = found[at].key();
        let before = found[..at].iter().filter(|other| other.key() == key).count();
        if before > 0 {
            let number = found[..at].iter().filter(|other| other.key().starts_with(&key)).count() + 1;
            found[at].change += &format!(" ({number})");
        }
    }
    Ok(found)
}

struct Finder<'a> {
    provider: &'static str,
    file: &'a str,
    text: &'a str,
    next: &'a mut u32,
    /// The types around.
    scope: Vec<String>,
    functions: Vec<String>,
    found: Vec<Mutant>,
}

fn on(id: u32) -> String {
    format!("crate::mutant::on({id})")
}

impl Finder<'_> {
    fn source(&self, span: Span) -> &str {
        self.text.get(span.byte_range()).unwrap_or_default()
    }

    /// The source in one line, shortened.
    fn shown(&self, span: Span) -> String {
        let words: Vec<&str> = self.source(span).split_whitespace().collect();
        let line = words.join(" ");
        match line.char_indices().nth(70) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        }
    }

    fn add(
        &mut self,
        kind: &'static str,
        change: String,
        pieces: impl FnOnce(u32) -> Vec<(Range<usize>, Side, String)>,
    ) {
        let Some(function) = self.functions.last() else { return };
        *self.next += 1;
        let id = *self.next;
        let pieces = pieces(id).into_iter().map(|(at, side, text)| {
            let rank = match side {
                Side::Close => (0, -i64::from(id)),
                Side::Replace => (1, 0),
                Side::Open => (2, i64::from(id)),
            };
            Piece { at, rank, text }
        });
        self.found.push(Mutant {
            id,
            provider: self.provider,
            file: self.file.to_owned(),
            function: function.clone(),
            kind,
            change,
            pieces: pieces.collect(),
        });
    }

    /// A place between `open` and `close`.
    fn around(
        &mut self,
        span: Span,
        kind: &'static str,
        change: String,
        texts: impl FnOnce(u32) -> (String, String),
    ) {
        let Range { start, end } = span.byte_range();
        self.add(kind, change, |id| {
            let (open, close) = texts(id);
            vec![(start..start, Side::Open, open), (end..end, Side::Close, close)]
        });
    }

    /// Another expression instead of this one.
    fn instead(&mut self, span: Span, kind: &'static str, other: &str) {
        let change = format!("`{}` → `{other}`", self.shown(span));
        let open = |id| (format!("(if {} {{ {other} }} else {{ ", on(id)), " })".to_owned());
        self.around(span, kind, change, open);
    }

    /// The opposite of a condition.
    fn opposite(&mut self, span: Span, kind: &'static str, change: String) {
        self.around(span, kind, change, |id| ("((".to_owned(), format!(") ^ {})", on(id))));
    }

    fn body(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let only = match block.stmts.as_slice() {
            [Stmt::Expr(only, None)] => Some(self.source(only.span()).to_owned()),
            _ => None,
        };
        let start = block.brace_token.span.open().byte_range().end;
        for value in defaults::of(&signature.output) {
            if only.as_deref() == Some(&value) || block.stmts.is_empty() {
                continue;
            }
            let change =
                if value.is_empty() { "nothing done".to_owned() } else { format!("body → `{value}`") };
            let insert =
                |id| vec![(start..start, Side::Open, format!(" if {} {{ return {value}; }}", on(id)))];
            self.add("function body", change, insert);
        }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) {
        let whole = binary.span();
        let (start, op, end) =
            (whole.byte_range().start, binary.op.span().byte_range(), whole.byte_range().end);
        let change = |other: &str| format!("`{}` → `{other}`", self.shown(whole));
        let three = |open: String, middle: String, close: String| {
            vec![
                (start..start, Side::Open, open),
                (op, Side::Replace, middle),
                (end..end, Side::Close, close),
            ]
        };
        let chain = |expr: &Expr| matches!(expr, Expr::Let(_));
        match binary.op {
            BinOp::Eq(_) => self.opposite(whole, "comparison", change("!=")),
            BinOp::Ne(_) => self.opposite(whole, "comparison", change("==")),
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                let is = self.source(binary.op.span()).to_owned();
                // With or without the boundary.
                let other =
                    if is.len() == 2 { is.trim_end_matches('=').to_owned() } else { format!("{is}=") };
                let (boundary, opposite) = (change(&other), change("not"));
                self.opposite(whole, "comparison", opposite);
                self.add("comparison", boundary, |id| {
                    let close =
                        format!(")) {{ (l, r) => if {} {{ l {other} r }} else {{ l {is} r }} }})", on(id));
                    three("(match (&(".to_owned(), "), &(".to_owned(), close)
                });
            }
            BinOp::And(_) | BinOp::Or(_)
                if has_let(&binary.left) || has_let(&binary.right) || chain(&binary.right) => {}
            BinOp::And(_) => {
                let change = change("||");
                self.add("logic", change, |id| {
                    three(
                        "(if (".to_owned(),
                        format!(") ^ {} {{ (", on(id)),
                        format!(") }} else {{ {} }})", on(id)),
                    )
                });
            }
            BinOp::Or(_) => {
                let change = change("&&");
                self.add("logic", change, |id| {
                    let middle = format!(") ^ {0} {{ !{0} }} else {{ (", on(id));
                    three("(if (".to_owned(), middle, ") })".to_owned())
                });
            }
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) => {
                let is = self.source(binary.op.span()).to_owned();
                let other = match binary.op {
                    BinOp::Add(_) => "-",
                    BinOp::Sub(_) => "+",
                    BinOp::Mul(_) => "/",
                    _ => "*",
                };
                let change = change(other);
                self.add("arithmetic", change, |id| {
                    let close =
                        format!(")) {{ (l, r) => if {} {{ l {other} r }} else {{ l {is} r }} }})", on(id));
                    three("(match ((".to_owned(), "), (".to_owned(), close)
                });
            }
            _ => {}
        }
    }

    fn literal(&mut self, literal: &Lit) {
        let span = literal.span();
        match literal {
            Lit::Bool(bool) => self.instead(span, "literal", if bool.value { "false" } else { "true" }),
            Lit::Int(number) => {
                let Ok(value) = number.base10_parse::<u64>() else { return };
                for other in [value.checked_add(1), value.checked_sub(1)].into_iter().flatten() {
                    self.instead(span, "literal", &format!("{other}{}", number.suffix()));
                }
            }
            Lit::Float(number) => {
                self.instead(span, "literal", &format!("({} + 1.0)", number));
            }
            Lit::Str(text) if !text.value().contains(' ') => {
                let other = format!("{}~", text.value());
                self.instead(span, "literal", &format!("{other:?}"));
            }
            _ => {}
        }
    }

    fn statement(&mut self, expr: &Expr, semi: &Token![;]) {
        let inner = match expr {
            Expr::Try(tried) => &*tried.expr,
            other => other,
        };
        let assigns = |op: &BinOp| {
            matches!(
                op,
                BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_)
            )
        };
        let counts = match inner {
            Expr::MethodCall(_) | Expr::Call(_) | Expr::Assign(_) => true,
            Expr::Binary(binary) => assigns(&binary.op),
            _ => false,
        };
        if counts {
            let change = format!("`{};` struck", self.shown(expr.span()));
            let (start, end) = (expr.span().byte_range().start, semi.span().byte_range().end);
            self.add("statement", change, |id| {
                vec![
                    (start..start, Side::Open, format!("if !{} {{ ", on(id))),
                    (end..end, Side::Close, " }".to_owned()),
                ]
            });
        }
    }

    fn arms(&mut self, arms: &[syn::Arm]) {
        let catches = |pat: &Pat| {
            matches!(pat, Pat::Wild(_))
                || matches!(pat, Pat::Ident(ident) if ident.subpat.is_none() && starts_lower(&ident.ident))
        };
        let Some(last) = arms.iter().rposition(|arm| catches(&arm.pat)) else { return };
        for arm in arms.get(..last).unwrap_or_default() {
            let end = arm.pat.span().byte_range().end;
            if let Pat::Guard(guarded) = &arm.pat {
                let (start, shown) =
                    (guarded.guard.span().byte_range().start, self.shown(guarded.guard.span()));
                if has_let(&guarded.guard) {
                    continue;
                }
                for (other, join) in [("true", "|| "), ("false", "&& !")] {
                    let change = format!("guard `{shown}` → `{other}`");
                    self.add("match arm", change, |id| {
                        vec![
                            (start..start, Side::Open, "(".to_owned()),
                            (end..end, Side::Close, format!(") {join}{}", on(id))),
                        ]
                    });
                }
            } else if !catches(&arm.pat) {
                let change = format!("arm `{}` struck", self.shown(arm.pat.span()));
                self.add("match arm", change, |id| vec![(end..end, Side::Close, format!(" if !{}", on(id)))]);
            }
        }
    }

    /// The expressions inside the macros whose arguments are expressions.
    fn arguments(&mut self, mac: &syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let skip = match name.as_str() {
            "vec" => 0,
            "format" => 1,
            _ => return,
        };
        if let Ok(expressions) = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            for expr in expressions.iter().skip(skip) {
                self.visit_expr(expr);
            }
        }
    }

    fn expanded(&mut self, mac: &syn::ExprMacro) {
        let span = mac.span();
        if mac.mac.path.is_ident("matches") {
            let change = format!("`{}` → not", self.shown(span));
            self.opposite(span, "comparison", change);
        } else if mac.mac.path.is_ident("vec") && !mac.mac.tokens.is_empty() {
            self.instead(span, "value", "Vec::new()");
        } else if mac.mac.path.is_ident("format") {
            let template = mac.mac.tokens.clone().into_iter().next();
            let prose = template.is_none_or(|first| first.to_string().contains(' '));
            if !prose {
                self.instead(span, "value", "String::new()");
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Close,
    Replace,
    Open,
}

fn starts_lower(ident: &syn::Ident) -> bool {
    ident.to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
}

/// Whether a condition binds names: it may not be wrapped.
fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string().contains("test"))
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, implementation: &'ast syn::ItemImpl) {
        self.scope.push(self.shown(implementation.self_ty.span()));
        visit::visit_item_impl(self, implementation);
        self.scope.pop();
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if function.sig.constness.is_none() && !for_tests(&function.attrs) {
            self.functions.push(function.sig.ident.to_string());
            self.body(&function.sig, &function.block);
            self.visit_block(&function.block);
            self.functions.pop();
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if function.sig.constness.is_none() && !for_tests(&function.attrs) {
            let name = function.sig.ident.to_string();
            let scope = self.scope.last().map(|scope| format!("{scope}::")).unwrap_or_default();
            self.functions.push(format!("{scope}{name}"));
            self.body(&function.sig, &function.block);
            self.visit_block(&function.block);
            self.functions.pop();
        }
    }

    /// Only a guard holds an expression that is decided at run time.
    fn visit_pat(&mut self, pat: &'ast Pat) {
        if let Pat::Guard(guarded) = pat {
            self.visit_expr(&guarded.guard);
        }
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Expr(expr, Some(semi)) = statement {
            self.statement(expr, semi);
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        // The expressions live as long as this call, not as the file; the visitor keeps none of them.
        self.arguments(mac);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Binary(binary) => self.binary(binary),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let change = format!("`{}` without `!`", self.shown(unary.span()));
                self.opposite(unary.span(), "logic", change);
            }
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::Match(matched) => self.arms(&matched.arms),
            Expr::Macro(mac) => self.expanded(mac),
            Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some")) => {
                self.instead(call.span(), "value", "None");
            }
            Expr::If(decided)
                if matches!(
                    &*decided.cond,
                    Expr::MethodCall(_) | Expr::Call(_) | Expr::Path(_) | Expr::Field(_)
                ) =>
            {
                let change = format!("`if {}` → not", self.shown(decided.cond.span()));
                self.opposite(decided.cond.span(), "logic", change);
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}
