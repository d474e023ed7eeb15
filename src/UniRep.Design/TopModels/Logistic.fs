namespace UniRep.Design

/// Logistic regression with a ridge penalty by Newton's method; intercept and density are not penalised. The penalty has the
/// smallest log-loss in a cross-validation; the standard deviation is that of the jackknife over its parts.
[<RequireQualifiedAccess>]
module internal Logistic =
    let facts = [ "penalty"; "cross-validation log-loss" ]
    let most = 5_000

    type private Prepared =
        {
            Standardization: Standardization
            Directions: float[][]
            /// Coordinates along the directions, then 1, then the unit density if there is one, `[rows, coordinates]`.
            Rows: float[][]
        }

    let private prepare (table: FeatureTable) =
        // The density is one more column here: it cannot be taken out beforehand.
        let standardization =
            { Standardization.ofTable Standardization.Scaling.Deviation table with
                DensityLoads = [||]
            }

        let spectrum =
            RidgeSpectrum.make
                standardization
                (Targets.ofValues standardization table (Array.zeroCreate table.Count))
                table

        let rows =
            Standardization.blocks table.Count
            |> Array.collect (fun first ->
                let block = Standardization.block standardization table first

                Products.timesTransposed block spectrum.Directions
                |> Array.mapi (fun index coordinates ->
                    [|
                        yield! coordinates
                        1.0

                        if standardization.DensityNorm > 0.0 then
                            Standardization.unitDensityOf standardization table (first + index)
                    |]))

        {
            Standardization = standardization
            Directions = spectrum.Directions
            Rows = rows
        }

    /// Twice the log-loss plus the penalty, halved: what is made small.
    let private loss penalty free (rows: float[][]) (classes: float[]) (coefficients: float[]) =
        let odds = Products.timesVector rows coefficients

        let losses =
            Array.map2
                (fun (odds: float) label ->
                    max odds 0.0 + log (1.0 + exp -(abs odds)) - label * odds)
                odds
                classes

        let penalised = coefficients[.. coefficients.Length - 1 - free]
        Array.sum losses + 0.5 * penalty * Products.dot penalised penalised

    let private newton penalty free (rows: float[][]) (classes: float[]) start =
        let penalised = Array.length start - free
        let columns = Products.transpose start.Length rows

        let rec improve iteration (coefficients: float[]) =
            let probabilities =
                Products.timesVector rows coefficients |> Array.map LinearEnsemble.probability

            let gradient = Products.timesVector columns (Array.map2 (-) probabilities classes)

            for k in 0 .. penalised - 1 do
                gradient[k] <- gradient[k] + penalty * coefficients[k]

            let weights = probabilities |> Array.map (fun p -> sqrt (max 1e-12 (p * (1.0 - p))))
            let hessian = columns |> Array.map (Array.map2 (*) weights) |> Products.gram

            for k in 0 .. penalised - 1 do
                hessian[k][k] <- hessian[k][k] + penalty

            match Cholesky.factor hessian with
            | None -> coefficients
            | Some factor ->
                let step = Cholesky.solve factor gradient
                let before = loss penalty free rows classes coefficients

                let rec attempt size =
                    let next = Array.map2 (fun c s -> c - size * s) coefficients step

                    if size < 1e-6 || loss penalty free rows classes next <= before then
                        next
                    else
                        attempt (size / 2.0)

                let next = attempt 1.0
                let decrement = Products.dot gradient step

                if decrement < 1e-16 * (1.0 + before) || iteration >= 100 then
                    next
                else
                    improve (iteration + 1) next

        improve 0 start

    let private freeOf prepared =
        int (Targets.freeColumns prepared.Standardization)

    let private linearOf (prepared: Prepared) (coefficients: float[]) =
        let along = Array.zeroCreate<float> prepared.Standardization.Means.Length

        prepared.Directions
        |> Array.iteri (fun at direction -> Products.addScaled coefficients[at] direction along)

        let intercept = coefficients[prepared.Directions.Length]
        let density = coefficients |> Array.tryItem (prepared.Directions.Length + 1)

        Linear.ofStandardised
            { prepared.Standardization with
                DensityLoads = Array.zeroCreate along.Length
            }
            intercept
            (defaultArg density 0.0)
            along

    /// The linear functions for each penalty, each found from the one before.
    let private path (penalties: float[]) (table: FeatureTable) classes =
        let prepared = prepare table
        let start = Array.zeroCreate<float> prepared.Rows[0].Length

        (start, penalties)
        ||> Array.scan (fun start penalty ->
            newton penalty (freeOf prepared) prepared.Rows classes start)
        |> Array.tail
        |> Array.map (linearOf prepared)

    /// Fits for one penalty.
    let fitLinear penalty table classes = (path [| penalty |] table classes)[0]

    let private logLoss (linear: Linear) (table: FeatureTable) (classes: float[]) =
        classes
        |> Seq.mapi (fun index label ->
            let odds = Linear.value linear table index
            max odds 0.0 + log (1.0 + exp -(abs odds)) - label * odds)
        |> Seq.sum

    let fit (options: TopModelOptions) (table: FeatureTable) (values: float[]) =
        let high = Array.max values
        let classes = values |> Array.map (fun value -> if value = high then 1.0 else 0.0)
        // From large to small: every fit is near the one before.
        let penalties = Array.sortDescending options.Penalties
        let parts = min options.Folds table.Count
        let assigned = Parts.random options.Seed parts table.Count

        let folds =
            Array.init parts (fun part ->
                let test, train = Parts.split assigned part
                let of' rows = Array.map (Array.get classes) rows
                let linears = path penalties (FeatureTable.select train table) (of' train)
                let rest = FeatureTable.select test table
                linears, linears |> Array.map (fun linear -> logLoss linear rest (of' test)))

        let sums =
            Array.init penalties.Length (fun at ->
                folds |> Array.sumBy (fun (_, losses) -> losses[at]))

        let best = RidgeFit.best sums
        let linear = fitLinear penalties[best] table classes

        LinearEnsemble.make
            linear
            (folds |> Array.map (fun (linears, _) -> linears[best]))
            (sqrt (float parts - 1.0))
            true
            0.0
            (List.zip facts [ penalties[best]; sums[best] / float table.Count ])
