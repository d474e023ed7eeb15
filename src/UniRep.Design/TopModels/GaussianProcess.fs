namespace UniRep.Design

open System

/// The kernel v (a x·x' / p + b exp(−|x − x'|² / 2 l²) + δ) on standardised features; v is the variance of the noise.
type internal GaussianKernel =
    {
        /// a, in units of the noise.
        Linear: float
        /// b, in units of the noise.
        Radial: float
        /// l.
        LengthScale: float
        /// v, in units of the variance of the targets.
        Noise: float
    }

/// An exact Gaussian process; targets are standardised, a density has a flat prior.
type internal GaussianProcessFit =
    {
        Standardization: Standardization
        Kernel: GaussianKernel
        Rows: float[][]
        Centre: float
        Scale: float
        /// The standardised targets.
        Targets: float[]
        /// The unit density of each row; zeros if there is none.
        Density: float[]
        LogLikelihood: float
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal GaussianProcessFit =
    let most = 5_000

    /// Rows that the kernel is chosen by: this many, evenly spaced, if there are more.
    let private rowsOfSearch = 1_000

    let private kernelOf (kernel: GaussianKernel) (width: float) product squares =
        kernel.Linear * product / width
        + kernel.Radial
          * exp (
              -(max 0.0 (squares - 2.0 * product))
              / (2.0 * kernel.LengthScale * kernel.LengthScale)
          )

    /// The kernel of rows whose products are given, with the noise on the diagonal, up to the diagonal.
    let private matrix kernel width (products: float[][]) =
        Array.Parallel.init products.Length (fun i ->
            Array.init (i + 1) (fun j ->
                let value =
                    let squares = products[i][i] + products[j][j]
                    kernelOf kernel width (products[i][j]) squares

                if i = j then value + 1.0 else value))

    /// What is solved once: the factor, L⁻¹ of the targets and of the density, and the density's coefficient.
    type private Solved =
        {
            Factor: float[][]
            Coefficient: float
            /// M⁻¹ (y − density · coefficient)
            Weights: float[]
            /// M⁻¹ density
            DensityWeights: float[]
            /// densityᵀ M⁻¹ density
            DensityPower: float
            /// (y − density · coefficient)ᵀ M⁻¹ (y − density · coefficient)
            Power: float
        }

    let private solve kernel width products (targets: float[]) (density: float[]) =
        Cholesky.factor (matrix kernel width products)
        |> Option.map (fun factor ->
            let hasDensity = density |> Array.exists ((<>) 0.0)

            let densityWeights =
                if hasDensity then
                    Cholesky.solve factor density
                else
                    Array.zeroCreate density.Length

            let power = Products.dot density densityWeights

            let coefficient =
                if hasDensity then
                    Products.dot targets densityWeights / power
                else
                    0.0

            let rest =
                Array.map2 (fun target unit -> target - coefficient * unit) targets density

            let weights = Cholesky.solve factor rest

            {
                Factor = factor
                Coefficient = coefficient
                Weights = weights
                DensityWeights = densityWeights
                DensityPower = power
                Power = Products.dot rest weights
            })

    /// The log marginal likelihood of standardised targets.
    let private logLikelihood noise solved =
        let rows = float solved.Weights.Length

        -0.5 * solved.Power / noise
        - 0.5 * Cholesky.logDeterminant solved.Factor
        - 0.5 * rows * log (2.0 * Math.PI * noise)

    /// The likelihood at parameters, with the noise that is best for them.
    let private profile width products targets density (parameters: float[]) =
        let kernel =
            {
                Linear = exp parameters[0]
                Radial = exp parameters[1]
                LengthScale = exp parameters[2]
                Noise = 1.0
            }

        match solve kernel width products targets density with
        | Some solved ->
            let noise = max 1e-10 (solved.Power / float targets.Length)
            logLikelihood noise solved, { kernel with Noise = noise }
        | None -> -infinity, kernel

    /// Finds a maximum by trying steps along each parameter, halved when none is better.
    let private climb (value: float[] -> float * GaussianKernel) (start: float[]) =
        let isInside (parameters: float[]) =
            parameters |> Array.forall (fun parameter -> abs parameter <= 14.0)

        let rec climb (parameters: float[]) best kernel step =
            if step < 0.005 then
                best, kernel
            else
                let tried =
                    [|
                        for at in 0 .. parameters.Length - 1 do
                            for change in [ step; -step ] do
                                let next = Array.copy parameters
                                next[at] <- next[at] + change

                                if isInside next then
                                    let likelihood, kernel = value next
                                    next, likelihood, kernel
                    |]

                match tried |> Array.sortBy (fun (_, likelihood, _) -> -likelihood) with
                | sorted when sorted.Length > 0 ->
                    let next, likelihood, found = sorted[0]

                    if likelihood > best then
                        climb next likelihood found step
                    else
                        climb parameters best kernel (step / 2.0)
                | _ -> climb parameters best kernel (step / 2.0)

        let best, kernel = value start
        climb start best kernel 1.0

    let private starts width =
        [|
            for linear, radial in [ 0.0, 0.0; 3.0, -3.0; -3.0, 3.0; 2.0, 2.0; -4.0, -4.0 ] do
                for factor in [ 0.4; 1.0; 3.0 ] do
                    [| linear; radial; log (factor * sqrt width) |]
        |]

    let private chooseKernel width (rows: float[][]) (targets: float[]) (density: float[]) =
        let count = min rowsOfSearch rows.Length
        let chosen = Array.init count (fun at -> at * rows.Length / count)
        let pick (all: 'item[]) = chosen |> Array.map (Array.get all)
        let value = profile width (Products.gram (pick rows)) (pick targets) (pick density)
        let best = starts width |> Array.sortBy (fun start -> -(fst (value start)))
        let climbed = best[..1] |> Array.map (climb value)
        climbed |> Array.maxBy fst |> snd

    let private prepare (table: FeatureTable) values =
        let standardization =
            { Standardization.ofTable Standardization.Scaling.Deviation table with
                DensityLoads = [||]
            }

        let centre = Array.average values

        let scale =
            sqrt (values |> Array.averageBy (fun value -> (value - centre) * (value - centre)))

        let rows =
            Standardization.blocks table.Count
            |> Array.collect (Standardization.block standardization table)

        {
            Standardization = standardization
            Kernel =
                {
                    Linear = 1.0
                    Radial = 1.0
                    LengthScale = 1.0
                    Noise = 1.0
                }
            Rows = rows
            Centre = centre
            Scale = scale
            Targets = values |> Array.map (fun value -> (value - centre) / scale)
            Density = Array.init table.Count (Standardization.unitDensityOf standardization table)
            LogLikelihood = 0.0
        }

    let private widthOf fit = float fit.Standardization.Means.Length

    let private solveFit fit =
        match solve fit.Kernel (widthOf fit) (Products.gram fit.Rows) fit.Targets fit.Density with
        | Some solved -> solved
        | None -> raise (NamedArray.Wrong "its kernel is not positive definite")

    /// Fits with a given kernel.
    let ofKernel kernel table values =
        let fit =
            { prepare table values with
                Kernel = kernel
            }

        { fit with
            LogLikelihood = logLikelihood kernel.Noise (solveFit fit)
        }

    let fit table values =
        let prepared = prepare table values

        let kernel =
            chooseKernel (widthOf prepared) prepared.Rows prepared.Targets prepared.Density

        ofKernel kernel table values

    /// Solves once; gives the mean of a row, and its standard deviation if asked for.
    let predictor fit =
        let solved = lazy solveFit fit
        let squares = fit.Rows |> Array.map (fun row -> Products.dot row row)

        let covariances (row: float[]) =
            let square = Products.dot row row

            Array.init fit.Rows.Length (fun index ->
                kernelOf
                    fit.Kernel
                    (widthOf fit)
                    (Products.dot row fit.Rows[index])
                    (square + squares[index]))

        let mean unit covariances =
            let solved = solved.Value

            fit.Centre
            + fit.Scale
              * (Products.dot covariances solved.Weights + solved.Coefficient * unit)

        let deviation unit (row: float[]) covariances =
            let solved = solved.Value
            let square = Products.dot row row
            let before = kernelOf fit.Kernel (widthOf fit) square (2.0 * square)
            let explained = Cholesky.solveLower solved.Factor covariances
            let inside = max 0.0 (before - Products.dot explained explained)

            let free =
                if solved.DensityPower > 0.0 then
                    let rest = unit - Products.dot covariances solved.DensityWeights
                    rest * rest / solved.DensityPower
                else
                    0.0

            fit.Scale * sqrt (fit.Kernel.Noise * (inside + free))

        fun withDeviation (table: FeatureTable) ->
            Standardization.blocks table.Count
            |> Array.collect (fun first ->
                Standardization.block fit.Standardization table first
                |> Array.Parallel.mapi (fun index row ->
                    let unit =
                        Standardization.unitDensityOf fit.Standardization table (first + index)

                    let covariances = covariances row

                    {
                        Mean = mean unit covariances
                        Deviation =
                            if withDeviation then
                                deviation unit row covariances
                            else
                                0.0
                    }))

    let arrays fit =
        [
            yield! StandardizationArrays.save fit.Standardization
            NamedArray.vector
                "gp"
                [|
                    fit.Kernel.Linear
                    fit.Kernel.Radial
                    fit.Kernel.LengthScale
                    fit.Kernel.Noise
                    fit.Centre
                    fit.Scale
                    fit.LogLikelihood
                |]
            NamedArray.matrix "gp.rows" fit.Standardization.Means.Length fit.Rows
            NamedArray.vector "gp.targets" fit.Targets
            NamedArray.vector "gp.density" fit.Density
        ]

    let ofArrays width arrays =
        let numbers = NamedArray.toVector "gp" 7 arrays
        let rows = NamedArray.toRows "gp.rows" width arrays

        {
            Standardization = StandardizationArrays.loadPlain width arrays
            Kernel =
                {
                    Linear = numbers[0]
                    Radial = numbers[1]
                    LengthScale = numbers[2]
                    Noise = numbers[3]
                }
            Rows = rows
            Centre = numbers[4]
            Scale = numbers[5]
            Targets = NamedArray.toVector "gp.targets" rows.Length arrays
            Density = NamedArray.toVector "gp.density" rows.Length arrays
            LogLikelihood = numbers[6]
        }

type internal GaussianProcessFit with
    member fit.AsFit =
        let predict = GaussianProcessFit.predictor fit

        { new IFit with
            member _.Means table = predict false table |> Array.map _.Mean
            member _.Predict table = predict true table
            member _.Noise = fit.Scale * sqrt fit.Kernel.Noise

            member _.Facts =
                [
                    "log-likelihood", fit.LogLikelihood
                    "linear", fit.Kernel.Linear
                    "radial", fit.Kernel.Radial
                    "length", fit.Kernel.LengthScale
                ]

            member _.Arrays = GaussianProcessFit.arrays fit
        }
