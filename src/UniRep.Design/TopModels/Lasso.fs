namespace UniRep.Design

/// Lasso by least-angle regression. The penalty has the smallest mean squared error in a cross-validation, among the knots of
/// all its paths. The standard deviation is that of the jackknife over the parts: √(parts − 1) times the spread of the
/// functions that were fitted without one part.
[<RequireQualifiedAccess>]
module internal Lasso =
    let facts = [ "penalty"; "cross-validation error"; "non-zero coefficients" ]
    let most = 5_000

    type private Prepared =
        {
            Standardization: Standardization
            Targets: Targets
            Path: LarsPath
        }

    let private prepare (table: FeatureTable) values =
        let standardization =
            Standardization.ofTable Standardization.Scaling.Deviation table

        let targets = Targets.ofValues standardization table values

        let columns =
            Standardization.blocks table.Count
            |> Array.collect (Standardization.block standardization table)
            |> Products.transpose table.Source.Width

        let freedom = table.Count - int (Targets.freeColumns standardization)

        {
            Standardization = standardization
            Targets = targets
            Path = LarsPath.follow freedom columns targets.Rest
        }

    let private linearAt penalty prepared =
        LarsPath.at penalty prepared.Path
        |> Linear.ofStandardised
            prepared.Standardization
            prepared.Targets.Centre
            prepared.Targets.DensityCoefficient

    /// The errors of the rows of a part at each knot, `[knots, rows]`.
    let private knotErrors prepared table (values: float[]) =
        prepared.Path.Coefficients
        |> Array.Parallel.map (fun coefficients ->
            let linear =
                Linear.ofStandardised
                    prepared.Standardization
                    prepared.Targets.Centre
                    prepared.Targets.DensityCoefficient
                    coefficients

            Array.map2 (-) values (Array.init values.Length (Linear.value linear table)))

    let private squaresAt (penalties: float[]) path (errors: float[][]) =
        penalties
        |> Array.Parallel.map (fun penalty ->
            let struct (above, below, share) = LarsPath.between penalty path

            (0.0, errors[above], errors[below])
            |||> Array.fold2 (fun sum above below ->
                let error = above + share * (below - above)
                sum + error * error))

    let fit (options: TopModelOptions) (table: FeatureTable) (values: float[]) =
        let parts = min options.Folds table.Count
        let assigned = Parts.random options.Seed parts table.Count

        let folds =
            Array.init parts (fun part ->
                let test, train = Parts.split assigned part
                let of' rows = Array.map (Array.get values) rows
                let prepared = prepare (FeatureTable.select train table) (of' train)

                prepared, knotErrors prepared (FeatureTable.select test table) (of' test))

        let whole = prepare table values

        let penalties =
            folds
            |> Array.collect (fun (prepared, _) -> prepared.Path.Penalties)
            |> Array.distinct
            |> Array.sortDescending

        let sums = Array.zeroCreate<float> penalties.Length

        for prepared, errors in folds do
            Products.addScaled 1.0 (squaresAt penalties prepared.Path errors) sums

        let best = RidgeFit.best sums
        let linear = linearAt penalties[best] whole
        let error = sqrt (sums[best] / float table.Count)
        let kept = linear.Weights |> Seq.filter ((<>) 0.0) |> Seq.length

        LinearEnsemble.make
            linear
            (folds |> Array.map (fst >> linearAt penalties[best]))
            (sqrt (float parts - 1.0))
            false
            error
            (List.zip facts [ penalties[best]; error; float kept ])
