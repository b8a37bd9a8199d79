//! The value of information: how much the choice of the cheapest design would gain if a figure were known, by regression on the drawn
//! sample (Strong, Oakley and Brennan 2014; Heath et al. 2017), and how much of a difference's variance a figure explains.

use super::rounded;

/// The powers of the polynomial that is fitted.
const TERMS: usize = 4;

/// A gain that is a smaller share of the cost is none.
const ROUNDED: f64 = 1e-9;

/// What is expected of `values` given `of`: a cubic polynomial by least squares.
fn expected_given(of: &[f64], values: &[f64]) -> Vec<f64> {
    let n = of.len() as f64;
    let mean = of.iter().sum::<f64>() / n;
    let sd = (of.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    let powers = |x: f64| {
        let z = if sd > 0.0 { (x - mean) / sd } else { 0.0 };
        [1.0, z, z * z, z * z * z]
    };
    let mut system = [[0.0; TERMS + 1]; TERMS];
    for (x, y) in of.iter().zip(values) {
        let p = powers(*x);
        for (row, a) in system.iter_mut().zip(p) {
            for (cell, b) in row.iter_mut().zip(p.into_iter().chain([*y])) {
                *cell += a * b;
            }
        }
    }
    let solution = solve(system);
    of.iter().map(|x| powers(*x).iter().zip(solution).map(|(p, c)| p * c).sum()).collect()
}

/// Gaussian elimination with the largest pivot. A term that the data do not determine is zero.
fn solve(mut system: [[f64; TERMS + 1]; TERMS]) -> [f64; TERMS] {
    for column in 0..TERMS {
        let largest =
            (column..TERMS).max_by(|a, b| system[*a][column].abs().total_cmp(&system[*b][column].abs())).unwrap_or(column);
        system.swap(column, largest);
        let pivot = system[column];
        if pivot[column].abs() < 1e-9 {
            continue;
        }
        for (index, row) in system.iter_mut().enumerate() {
            if index != column {
                let factor = row[column] / pivot[column];
                row.iter_mut().zip(pivot).for_each(|(cell, p)| *cell -= factor * p);
            }
        }
    }
    std::array::from_fn(|i| if system[i][i].abs() < 1e-9 { 0.0 } else { system[i][TERMS] / system[i][i] })
}

/// What a choice between designs would gain on average if a figure were known before: the expected value of partial perfect
/// information. `costs` has the drawn costs of each design.
pub fn value(of: &[f64], costs: &[&[f64]]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len().max(1) as f64;
    let without = costs.iter().map(|c| mean(c)).fold(f64::INFINITY, f64::min);
    let given: Vec<Vec<f64>> = costs.iter().map(|c| expected_given(of, c)).collect();
    let best = |i: usize| given.iter().filter_map(|g| g.get(i).copied()).fold(f64::INFINITY, f64::min);
    let with = mean(&(0..of.len()).map(best).collect::<Vec<_>>());
    let gain = without - with;
    // What is less than this share of the cost is what the regression rounds.
    if without.is_finite() && gain > ROUNDED * without.abs() { rounded(gain) } else { 0.0 }
}

/// The share of the variance of `difference` that a figure explains.
pub fn explained(of: &[f64], difference: &[f64]) -> f64 {
    let variance = |v: &[f64]| {
        let mean = v.iter().sum::<f64>() / v.len().max(1) as f64;
        v.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / v.len().max(1) as f64
    };
    let all = variance(difference);
    if all > 0.0 { rounded((variance(&expected_given(of, difference)) / all).clamp(0.0, 1.0)) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::draw::uniforms;

    #[test]
    fn the_value_of_information_of_a_known_case_is_found() {
        // One design costs 0, the other x − 0.5 with x uniform from 0 to 1: knowing x gains 1/8 on average; knowing noise gains nothing.
        let x = uniforms("x", 1, 4000);
        let noise = uniforms("noise", 1, 4000);
        let other: Vec<f64> = x.iter().map(|x| x - 0.5).collect();
        let zero = vec![0.0; x.len()];
        assert!((value(&x, &[&zero, &other]) - 0.125).abs() < 0.01);
        assert!(value(&noise, &[&zero, &other]) < 0.01);
        // The other always costs more: knowing x changes nothing, whatever the regression rounds.
        let more: Vec<f64> = x.iter().map(|x| 100.0 + x).collect();
        assert_eq!(value(&x, &[&more, &more.iter().map(|m| m + 1.0).collect::<Vec<_>>()]), 0.0);
    }

    #[test]
    fn the_explained_share_of_a_sum_is_that_of_its_parts() {
        // y = 3a + b: a explains nine tenths.
        let (a, b) = (uniforms("a", 2, 4000), uniforms("b", 2, 4000));
        let y: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 3.0 * a + b).collect();
        assert!((explained(&a, &y) - 0.9).abs() < 0.03);
        assert!((explained(&b, &y) - 0.1).abs() < 0.03);
        assert_eq!(explained(&a, &vec![1.0; a.len()]), 0.0);
    }
}
