namespace UniRep.Design

open UniRep.Charts

/// Makes features of few directions that all vary equally much.
///
/// Mutants of one protein differ from each other along a few directions of large variance, often that of the mutated position,
/// and along many of small variance. A top model that is fitted to a few dozen measurements sees hardly more than the first.
[<RequireQualifiedAccess>]
module internal Whitening =
    /// The share of the variance below which a component is rounding.
    let private least = 1e-12

    /// Gives the principal components of standardised features, at most so many, each divided by its standard deviation.
    let ofTable components (table: FeatureTable) =
        let dimensions = min components (min (table.Count - 1) table.Source.Width)

        if dimensions < 1 then
            table
        else
            let standardization =
                Standardization.ofTable
                    Standardization.Scaling.Deviation
                    (FeatureTable(
                        { table.Source with Density = None },
                        table.Count,
                        table.Row,
                        None
                    ))

            let projection =
                Array.init table.Count (fun index ->
                    Standardization.row standardization 0.0 (table.Row index) |> Array.map float32)
                |> Projection.pca dimensions

            let kept =
                [| 0 .. dimensions - 1 |]
                |> Array.filter (fun axis -> projection.Explained[axis] > least)

            let scales =
                kept
                |> Array.map (fun axis ->
                    let squares =
                        Seq.init table.Count (fun index ->
                            projection.Coordinates[index, axis]
                            * projection.Coordinates[index, axis])

                    sqrt (Seq.average squares))

            let rows =
                Array.init table.Count (fun index ->
                    Array.map2
                        (fun axis scale -> float32 (projection.Coordinates[index, axis] / scale))
                        kept
                        scales)

            if kept.Length = 0 then
                table
            else
                FeatureTable(
                    { table.Source with
                        Width = kept.Length
                    },
                    table.Count,
                    Array.get rows,
                    table.Density
                )
