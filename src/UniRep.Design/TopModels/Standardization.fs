namespace UniRep.Design

open System

/// What turns features into columns of mean 0 and one size, and takes out of them what the density explains.
///
/// A column that is not penalised is taken out of features and targets beforehand; the fit of the rest is then the fit of
/// all together (Frisch, Waugh and Lovell).
type internal Standardization =
    {
        /// The mean of each column.
        Means: float[]
        /// What each column is divided by; 1 where a column is constant.
        Scales: float[]
        /// The mean of the density; 0 without one.
        DensityMean: float
        /// The length of the centred density; 0 if there is none or if it is constant.
        DensityNorm: float
        /// The product of each standardised column with the unit density; empty without one.
        DensityLoads: float[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Standardization =
    /// How columns are scaled.
    [<RequireQualifiedAccess>]
    type Scaling =
        /// To a standard deviation of 1 (scikit-learn's StandardScaler).
        | Deviation
        /// To a length of 1 (the option `normalize` of earlier scikit-learn).
        | Length

    /// How many rows are worked on together.
    let blockRows = 256

    /// The first rows of the blocks of a table.
    let blocks count = [| 0..blockRows .. count - 1 |]

    /// A density that varies, as a unit vector; else zeros.
    let private unitDensity (density: float[] option) =
        match density with
        | None -> 0.0, 0.0, [||]
        | Some values ->
            let mean = Array.average values
            let centred = values |> Array.map (fun value -> value - mean)
            let norm = sqrt (Products.dot centred centred)
            let largest = values |> Array.map abs |> Array.max

            if norm <= 1e-12 * (1.0 + largest) * sqrt (float values.Length) then
                mean, 0.0, [||]
            else
                mean, norm, centred |> Array.map (fun value -> value / norm)

    let density (standardization: Standardization) (value: float) =
        if standardization.DensityNorm > 0.0 then
            (value - standardization.DensityMean) / standardization.DensityNorm
        else
            0.0

    /// The standardised features of a row, less what the density explains.
    let row (standardization: Standardization) (unitDensity: float) (features: float32[]) =
        let { Means = mean; Scales = scale } = standardization
        let loads = standardization.DensityLoads

        let row =
            Array.init features.Length (fun k -> (float features[k] - mean[k]) / scale[k])

        if loads.Length > 0 then
            Products.addScaled -unitDensity loads row

        row

    let unitDensityOf standardization (table: FeatureTable) index =
        match table.Density with
        | Some values -> density standardization values[index]
        | None -> 0.0

    /// A block of standardised rows.
    let block standardization (table: FeatureTable) first =
        let count = min blockRows (table.Count - first)

        Array.Parallel.init count (fun index ->
            let index = first + index
            row standardization (unitDensityOf standardization table index) (table.Row index))

    let private meansOf (table: FeatureTable) =
        let sums = Array.zeroCreate<float> table.Source.Width

        for index in 0 .. table.Count - 1 do
            let features = table.Row index

            for k in 0 .. sums.Length - 1 do
                sums[k] <- sums[k] + float features[k]

        sums |> Array.map (fun sum -> sum / float table.Count)

    let private squaresOf (table: FeatureTable) (mean: float[]) =
        let squares = Array.zeroCreate<float> mean.Length

        for index in 0 .. table.Count - 1 do
            let features = table.Row index

            for k in 0 .. mean.Length - 1 do
                let difference = float features[k] - mean[k]
                squares[k] <- squares[k] + difference * difference

        squares

    let ofTable scaling (table: FeatureTable) =
        let mean = meansOf table
        let squares = squaresOf table mean
        let count = float table.Count

        let scale =
            Array.map2
                (fun square (mean: float) ->
                    // What rounding leaves of a constant column is no variation.
                    let isConstant = sqrt (square / count) <= 1e-12 * (1e-300 + abs mean)

                    match scaling with
                    | _ when isConstant -> 1.0
                    | Scaling.Deviation -> sqrt (square / count)
                    | Scaling.Length -> sqrt square)
                squares
                mean

        let densityMean, densityNorm, unit = unitDensity table.Density

        let plain =
            {
                Means = mean
                Scales = scale
                DensityMean = densityMean
                DensityNorm = densityNorm
                DensityLoads = [||]
            }

        if unit.Length = 0 then
            plain
        else
            let loads = Array.zeroCreate<float> mean.Length

            for index in 0 .. table.Count - 1 do
                Products.addScaled unit[index] (row plain 0.0 (table.Row index)) loads

            { plain with DensityLoads = loads }

/// Targets less their mean and what the density explains of them.
type internal Targets =
    {
        /// The mean of the targets.
        Centre: float
        /// The product of the targets with the unit density.
        DensityCoefficient: float
        /// What is left.
        Rest: float[]
        /// The unit density of each row; zeros if there is none.
        Density: float[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Targets =
    let ofValues standardization (table: FeatureTable) (values: float[]) =
        let mean = Array.average values

        let density =
            Array.init table.Count (Standardization.unitDensityOf standardization table)

        let centred = values |> Array.map (fun value -> value - mean)
        let coefficient = Products.dot density centred

        {
            Centre = mean
            DensityCoefficient = coefficient
            Rest = Array.map2 (fun value unit -> value - coefficient * unit) centred density
            Density = density
        }

    /// How much a row pulls on its own fitted value by the columns that are not penalised.
    let freeLeverage (targets: Targets) index =
        1.0 / float targets.Rest.Length
        + targets.Density[index] * targets.Density[index]

    /// The number of columns that are not penalised.
    let freeColumns standardization =
        if standardization.DensityNorm > 0.0 then 2.0 else 1.0
