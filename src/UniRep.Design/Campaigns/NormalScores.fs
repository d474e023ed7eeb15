namespace UniRep.Design

open MathNet.Numerics.Distributions

/// Values with the order of measurements and the spread of a normal distribution.
[<RequireQualifiedAccess>]
module internal NormalScores =
    let private deviation (values: float[]) =
        let mean = Array.average values
        sqrt (values |> Array.averageBy (fun value -> (value - mean) * (value - mean)))

    /// Replaces values by the quantiles of their ranks, equal values by that of their mean rank, with the mean and the standard
    /// deviation that the values have.
    let ofValues (values: float[]) =
        // Nothing to rank, which the fit tells.
        if values |> Array.forall ((=) values[0]) then
            values
        else
            let half = 0.5 / float values.Length

            let scores =
                Scorer.ranks values
                |> Array.map (fun share -> Normal.InvCDF(0.0, 1.0, share - half))

            let mean, factor = Array.average values, deviation values / deviation scores
            let middle = Array.average scores
            scores |> Array.map (fun score -> mean + factor * (score - middle))
