//! `$((…))`: 64-bit signed integers, C's operators and precedence, assignment included. Source: POSIX XCU 2.6.4.

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// It is not an expression.
    #[error("arithmetic syntax error")]
    Syntax,
    /// Its divisor is zero.
    #[error("divide by zero")]
    DivideByZero,
}

/// Where variables are.
pub trait Variables {
    /// The value of a variable; unset is `None`.
    fn get(&self, name: &str) -> Option<String>;
    /// Gives a variable a value.
    fn set(&mut self, name: &str, value: i64);
}

/// The value of `text`; an empty text is 0.
pub fn evaluate(text: &str, variables: &mut dyn Variables) -> Result<i64, ArithmeticError> {
    let mut evaluator = Evaluator { text: text.chars().collect(), position: 0, variables, live: true, depth: 0 };
    evaluator.blanks();
    if evaluator.position == evaluator.text.len() {
        return Ok(0);
    }
    let value = evaluator.comma()?;
    if evaluator.position == evaluator.text.len() { Ok(value) } else { Err(ArithmeticError::Syntax) }
}

struct Evaluator<'a> {
    text: Vec<char>,
    position: usize,
    variables: &'a mut dyn Variables,
    /// False in the branch of `?:`, `&&` and `||` that is not taken: no assignment, no division.
    live: bool,
    depth: usize,
}

const ASSIGNMENTS: [&str; 11] = ["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="];

/// Binary operators, from the loosest to the tightest.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Evaluator<'_> {
    fn blanks(&mut self) {
        while self.text.get(self.position).is_some_and(|c| c.is_whitespace()) {
            self.position += 1;
        }
    }

    fn at(&self, operator: &str) -> bool {
        operator.chars().enumerate().all(|(distance, c)| self.text.get(self.position + distance) == Some(&c))
    }

    fn take(&mut self, operator: &str) -> bool {
        let here = self.at(operator);
        if here {
            self.position += operator.len();
            self.blanks();
        }
        here
    }

    fn comma(&mut self) -> Result<i64, ArithmeticError> {
        let mut value = self.assignment()?;
        while self.take(",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, ArithmeticError> {
        self.depth += 1;
        if self.depth > 100 {
            return Err(ArithmeticError::Syntax);
        }
        let start = self.position;
        let name = self.name();
        self.blanks();
        if !name.is_empty() && !self.at("==") {
            for operator in ASSIGNMENTS {
                if self.take(operator) {
                    let right = self.assignment()?;
                    let value = if operator == "=" {
                        right
                    } else {
                        let left = self.value_of(&name)?;
                        self.apply(&operator[..operator.len() - 1], left, right)?
                    };
                    self.assign(&name, value);
                    self.depth -= 1;
                    return Ok(value);
                }
            }
        }
        self.position = start;
        let value = self.ternary()?;
        self.depth -= 1;
        Ok(value)
    }

    fn ternary(&mut self) -> Result<i64, ArithmeticError> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let live = self.live;
        self.live = live && condition != 0;
        let yes = self.assignment()?;
        if !self.take(":") {
            return Err(ArithmeticError::Syntax);
        }
        self.live = live && condition == 0;
        let no = self.assignment()?;
        self.live = live;
        Ok(if condition == 0 { no } else { yes })
    }

    fn binary(&mut self, level: usize) -> Result<i64, ArithmeticError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) =
            operators.iter().copied().find(|operator| self.at(operator) && !self.is_longer(operator))
        {
            self.take(operator);
            let live = self.live;
            if operator == "&&" {
                self.live = live && left != 0;
            } else if operator == "||" {
                self.live = live && left == 0;
            }
            let right = self.binary(level + 1)?;
            self.live = live;
            left = self.apply(operator, left, right)?;
        }
        Ok(left)
    }

    /// Whether what stands here is another, longer operator than `operator`.
    fn is_longer(&self, operator: &str) -> bool {
        let next = self.text.get(self.position + operator.len()).copied().unwrap_or(' ');
        match operator {
            "|" | "&" | "<" | ">" => next == '=' || operator.starts_with(next),
            "+" | "-" | "*" | "/" | "%" | "^" | "<<" | ">>" => next == '=',
            _ => false,
        }
    }

    fn unary(&mut self) -> Result<i64, ArithmeticError> {
        self.blanks();
        for step in ["++", "--"] {
            if self.at(step) {
                let start = self.position;
                self.take(step);
                let name = self.name();
                if name.is_empty() {
                    self.position = start;
                    break;
                }
                let value = self.value_of(&name)?.wrapping_add(if step == "++" { 1 } else { -1 });
                self.assign(&name, value);
                self.blanks();
                return Ok(value);
            }
        }
        if self.take("!") {
            return Ok(i64::from(self.unary()? == 0));
        }
        if self.take("~") {
            return Ok(!self.unary()?);
        }
        if self.take("-") {
            return Ok(self.unary()?.wrapping_neg());
        }
        if self.take("+") {
            return self.unary();
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<i64, ArithmeticError> {
        if self.take("(") {
            let value = self.comma()?;
            return if self.take(")") { Ok(value) } else { Err(ArithmeticError::Syntax) };
        }
        let name = self.name();
        if !name.is_empty() {
            let value = self.value_of(&name)?;
            self.blanks();
            for (step, change) in [("++", 1), ("--", -1)] {
                if self.at(step) {
                    self.take(step);
                    self.assign(&name, value.wrapping_add(change));
                    return Ok(value);
                }
            }
            return Ok(value);
        }
        let start = self.position;
        while self.text.get(self.position).is_some_and(char::is_ascii_alphanumeric) {
            self.position += 1;
        }
        let digits: String = self.text[start..self.position].iter().collect();
        self.blanks();
        parse_number(&digits)
    }

    fn name(&mut self) -> String {
        let start = self.position;
        while self
            .text
            .get(self.position)
            .is_some_and(|c| *c == '_' || c.is_ascii_alphabetic() || (self.position > start && c.is_ascii_digit()))
        {
            self.position += 1;
        }
        self.text[start..self.position].iter().collect()
    }

    fn value_of(&mut self, name: &str) -> Result<i64, ArithmeticError> {
        match self.variables.get(name).as_deref().map(str::trim) {
            None | Some("") => Ok(0),
            Some(text) => match text.strip_prefix('-') {
                Some(digits) => parse_number(digits).map(i64::wrapping_neg),
                None => parse_number(text.strip_prefix('+').unwrap_or(text)),
            },
        }
    }

    fn assign(&mut self, name: &str, value: i64) {
        if self.live {
            self.variables.set(name, value);
        }
    }

    fn apply(&self, operator: &str, left: i64, right: i64) -> Result<i64, ArithmeticError> {
        let shift = u32::try_from(right & 63).unwrap_or(0);
        Ok(match operator {
            "||" => i64::from(left != 0 || right != 0),
            "&&" => i64::from(left != 0 && right != 0),
            "|" => left | right,
            "^" => left ^ right,
            "&" => left & right,
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            "<" => i64::from(left < right),
            ">" => i64::from(left > right),
            "<<" => left.wrapping_shl(shift),
            ">>" => left.wrapping_shr(shift),
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" if right == 0 => return if self.live { Err(ArithmeticError::DivideByZero) } else { Ok(0) },
            "/" => left.wrapping_div(right),
            "%" => left.wrapping_rem(right),
            _ => return Err(ArithmeticError::Syntax),
        })
    }
}

/// Decimal, `0x` hexadecimal or `0` octal.
fn parse_number(digits: &str) -> Result<i64, ArithmeticError> {
    let parsed = if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        i64::from_str_radix(hexadecimal, 16)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(&digits[1..], 8)
    } else {
        digits.parse()
    };
    parsed.map_err(|_| ArithmeticError::Syntax)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    impl Variables for BTreeMap<String, String> {
        fn get(&self, name: &str) -> Option<String> {
            BTreeMap::get(self, name).cloned()
        }

        fn set(&mut self, name: &str, value: i64) {
            self.insert(name.to_owned(), value.to_string());
        }
    }

    #[test]
    fn values_are_those_of_c() {
        let mut variables = BTreeMap::from([("x".to_owned(), "5".to_owned())]);
        for (text, value) in [
            ("", 0),
            ("1+2*3", 7),
            ("(1+2)*3", 9),
            ("-7/2", -3),
            ("-7%3", -1),
            ("1<<4|1", 17),
            ("x>3?10:20", 10),
            ("x==5&&0||1", 1),
            ("!x", 0),
            ("~0", -1),
            ("x+=2", 7),
            ("x++", 7),
            ("--x", 7),
            ("y=x*2, y+1", 15),
            ("0x1f", 31),
            ("010", 8),
            ("1?2:1/0", 2),
            ("0&&(x=99)", 0),
            ("x", 7),
            ("unset", 0),
        ] {
            assert_eq!(evaluate(text, &mut variables), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let mut variables = BTreeMap::new();
        for text in ["1+", "(1", "1 2", "1/", "*2", "9z"] {
            assert_eq!(evaluate(text, &mut variables), Err(ArithmeticError::Syntax), "{text}");
        }
        assert_eq!(evaluate("1/0", &mut variables), Err(ArithmeticError::DivideByZero));
    }
}
