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

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal GaussianKernel =
    /// Rows that the kernel is chosen by: this many, evenly spaced, if there are more.
    let private rowsOfSearch = 1_000

    let covariance (kernel: GaussianKernel) (width: float) product squares =
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
                    covariance kernel width (products[i].[j]) squares

                if i = j then value + 1.0 else value))

    /// What is solved once: the factor, L⁻¹ of the targets and of the density, and the density's coefficient.
    type Solved =
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

    let solve kernel width products (targets: float[]) (density: float[]) =
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
    let logLikelihood noise solved =
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
    let private climb (objective: float[] -> float * GaussianKernel) (start: float[]) =
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
                                    let likelihood, kernel = objective next
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

        let best, kernel = objective start
        climb start best kernel 1.0

    let private starts width =
        [|
            for linear, radial in [ 0.0, 0.0; 3.0, -3.0; -3.0, 3.0; 2.0, 2.0; -4.0, -4.0 ] do
                for factor in [ 0.4; 1.0; 3.0 ] do
                    [| linear; radial; log (factor * sqrt width) |]
        |]

    let choose width (rows: float[][]) (targets: float[]) (density: float[]) =
        let count = min rowsOfSearch rows.Length
        let chosen = Array.init count (fun at -> at * rows.Length / count)
        let pick (all: 'item[]) = chosen |> Array.map (Array.get all)
        let value = profile width (Products.gram (pick rows)) (pick targets) (pick density)
        let best = starts width |> Array.sortBy (fun start -> -(fst (value start)))
        let climbed = best[..1] |> Array.map (climb value)
        climbed |> Array.maxBy fst |> snd
