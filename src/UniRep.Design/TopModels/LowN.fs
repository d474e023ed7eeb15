namespace UniRep.Design

open MathNet.Numerics.Distributions
open UniRep.Training

/// The ensemble of Biswas et al. 2021: ridge regressions on random halves of the features, whose columns are scaled to length
/// 1. Each takes the penalty with the smallest mean squared error of rows left out, then the largest above it up to which no
/// penalty is worse by a paired t-test of the squared errors at p < 0.01.
[<RequireQualifiedAccess>]
module internal LowN =
    let facts = [ "median penalty"; "leave-one-out error" ]

    /// Rows that it takes: errors are kept for each row and penalty.
    let most = 5_000

    let private significance = 0.01

    /// The two-sided p of a paired t-test; 1 if there is no difference at all.
    let pairedTest (left: float[]) (right: float[]) =
        let differences = Array.map2 (-) left right
        let count = float differences.Length
        let mean = Array.average differences

        let variance =
            (differences |> Array.sumBy (fun d -> (d - mean) * (d - mean))) / (count - 1.0)

        if variance = 0.0 then
            1.0
        else
            let t = abs mean / sqrt (variance / count)
            2.0 * StudentT.CDF(0.0, 1.0, count - 1.0, -t)

    /// The indices of the best penalty and of the largest that is not worse; squared errors are `[penalties, rows]`.
    let choose (squares: float[][]) =
        let best = squares |> Array.map Array.average |> RidgeFit.best

        let worse =
            seq { best + 1 .. squares.Length - 1 }
            |> Seq.tryFind (fun at -> pairedTest squares[best] squares[at] < significance)

        struct (best, defaultArg worse squares.Length - 1)

    /// The table of some columns.
    let private columnsOf (columns: int[]) (table: FeatureTable) =
        FeatureTable(
            { table.Source with
                Width = columns.Length
            },
            table.Count,
            (fun index ->
                let row = table.Row index
                columns |> Array.map (fun column -> row[column])),
            table.Density
        )

    let private pick (columns: int[]) (values: float[]) =
        if values.Length = 0 then
            values
        else
            columns |> Array.map (fun column -> values[column])

    /// A regression on some columns: its linear function over all of them, its penalty, and its squared errors.
    let fitMember penalties standardization (table: FeatureTable) values columns =
        let some =
            { standardization with
                Means = pick columns standardization.Means
                Scales = pick columns standardization.Scales
                DensityLoads = pick columns standardization.DensityLoads
            }

        let part = columnsOf columns table
        let targets = Targets.ofValues some part values
        let spectrum = RidgeSpectrum.make some targets part

        let squares =
            spectrum.LeftOut penalties
            |> Array.concat
            |> Array.map (Array.map (fun error -> error * error))
            |> Products.transpose penalties.Length

        let struct (_, chosen) = choose squares

        let linear =
            RidgeSpectrum.coefficients penalties[chosen] columns.Length spectrum
            |> Linear.ofStandardised some targets.Centre targets.DensityCoefficient

        let weights = Array.zeroCreate<float> table.Source.Width
        columns |> Array.iteri (fun at column -> weights[column] <- linear.Weights[at])

        { linear with Weights = weights }, penalties[chosen], Array.average squares[chosen]

    let fit (options: TopModelOptions) (table: FeatureTable) values =
        let standardization = Standardization.ofTable Standardization.Scaling.Length table
        let half = max 1 (table.Source.Width / 2)

        let members =
            Array.Parallel.init options.Members (fun index ->
                let columns = [| 0 .. table.Source.Width - 1 |]
                SplitMix(Seed.derive options.Seed index).Shuffle columns

                fitMember
                    options.Penalties
                    standardization
                    table
                    values
                    (Array.sort columns[.. half - 1]))

        let linears = members |> Array.map (fun (linear, _, _) -> linear)

        let penalties = members |> Array.map (fun (_, penalty, _) -> penalty) |> Array.sort

        let error = sqrt (members |> Array.averageBy (fun (_, _, square) -> square))

        LinearEnsemble.make
            (LinearEnsemble.average linears)
            linears
            1.0
            false
            error
            (List.zip facts [ penalties[penalties.Length / 2]; error ])
