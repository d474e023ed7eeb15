namespace UniRep.Design

open System

/// Ridge regression whose penalty has the smallest squared error of rows left out.
///
/// The standard deviation is that of the Bayesian model that ridge is the mean of: coefficients are normal with variance
/// σ²/λ, measurements have the noise σ². At standardised features x it is σ √(1/n + t² + xᵀ(XᵀX + λI)⁻¹x), t the unit
/// density, and σ² = yᵀ(I + XXᵀ/λ)⁻¹y / (n − free columns), which maximises the likelihood.
type internal RidgeFit =
    {
        Linear: Linear
        Standardization: Standardization
        Penalty: float
        /// The root of the mean squared error of rows left out.
        LeftOutError: float
        Noise: float
        Rows: float
        Values: float[]
        Directions: float[][]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal RidgeFit =
    /// The mean squared error of rows left out, for each penalty.
    let leftOutErrors spectrum (penalties: float[]) =
        let sums = Array.zeroCreate<float> penalties.Length
        let mutable rows = 0

        for block in spectrum.LeftOut penalties do
            for errors in block do
                rows <- rows + 1

                for at in 0 .. sums.Length - 1 do
                    sums[at] <- sums[at] + errors[at] * errors[at]

        sums |> Array.map (fun sum -> sum / float rows)

    /// The first of the smallest.
    let best (errors: float[]) =
        let mutable best = 0

        for at in 1 .. errors.Length - 1 do
            if errors[at] < errors[best] then
                best <- at

        best

    let private noiseOf standardization (targets: Targets) spectrum penalty =
        let explained = spectrum.Loads |> Array.sumBy (fun load -> load * load)
        let whole = Products.dot targets.Rest targets.Rest

        let inside =
            (0.0, spectrum.Loads, spectrum.Values)
            |||> Array.fold2 (fun sum load value -> sum + load * load * penalty / (value + penalty))

        let freedom = float targets.Rest.Length - Targets.freeColumns standardization
        sqrt ((inside + max 0.0 (whole - explained)) / freedom)

    /// The errors of rows left out, and the fit of a penalty by its index, from one spectrum.
    let private prepare (penalties: float[]) (table: FeatureTable) (values: float[]) =
        let standardization =
            Standardization.ofTable Standardization.Scaling.Deviation table

        let targets = Targets.ofValues standardization table values
        let spectrum = RidgeSpectrum.make standardization targets table
        let errors = leftOutErrors spectrum penalties

        let fitOf chosen =
            let penalty = penalties[chosen]

            {
                Linear =
                    RidgeSpectrum.coefficients penalty table.Source.Width spectrum
                    |> Linear.ofStandardised
                        standardization
                        targets.Centre
                        targets.DensityCoefficient
                Standardization = standardization
                Penalty = penalty
                LeftOutError = sqrt errors[chosen]
                Noise = noiseOf standardization targets spectrum penalty
                Rows = float table.Count
                Values = spectrum.Values
                Directions = spectrum.Directions
            }

        errors, fitOf

    let fit penalties table values =
        let errors, fitOf = prepare penalties table values
        fitOf (best errors)

    /// The fits of all penalties.
    let path (penalties: float[]) table values =
        let _, fitOf = prepare penalties table values
        Array.init penalties.Length fitOf

    let private deviations fit (table: FeatureTable) first =
        let rows = Standardization.block fit.Standardization table first
        let coordinates = Products.timesTransposed rows fit.Directions

        Array.init rows.Length (fun index ->
            let unit = Standardization.unitDensityOf fit.Standardization table (first + index)

            let mutable inside = 0.0
            let mutable variance = 1.0 / fit.Rows + unit * unit

            for at in 0 .. fit.Values.Length - 1 do
                let square = coordinates[index][at] * coordinates[index][at]
                inside <- inside + square
                variance <- variance + square / (fit.Values[at] + fit.Penalty)

            if fit.Values.Length < rows[index].Length then
                let beyond = max 0.0 (Products.dot rows[index] rows[index] - inside)
                variance <- variance + beyond / fit.Penalty

            fit.Noise * sqrt variance)

    let predict fit (table: FeatureTable) =
        let means = Linear.values fit.Linear table

        let deviations =
            Standardization.blocks table.Count |> Array.collect (deviations fit table)

        Array.map2 (fun mean deviation -> { Mean = mean; Deviation = deviation }) means deviations

    let arrays fit =
        [
            yield! Linear.arrays fit.Linear
            yield! StandardizationArrays.save fit.Standardization
            NamedArray.vector "ridge" [| fit.Penalty; fit.LeftOutError; fit.Noise; fit.Rows |]
            NamedArray.vector "ridge.values" fit.Values
            NamedArray.matrix "ridge.directions" fit.Linear.Weights.Length fit.Directions
        ]

    let ofArrays width arrays =
        let numbers = NamedArray.toVector "ridge" 4 arrays
        let directions = NamedArray.toRows "ridge.directions" width arrays

        {
            Linear = Linear.ofArrays width arrays
            Standardization = StandardizationArrays.load width arrays
            Penalty = numbers[0]
            LeftOutError = numbers[1]
            Noise = numbers[2]
            Rows = numbers[3]
            Values = NamedArray.toVector "ridge.values" directions.Length arrays
            Directions = directions
        }

type internal RidgeFit with
    member fit.AsFit =
        { new IFit with
            member _.Means table = Linear.values fit.Linear table
            member _.Predict table = RidgeFit.predict fit table
            member _.Noise = fit.Noise

            member _.Facts = [ "penalty", fit.Penalty; "leave-one-out error", fit.LeftOutError ]

            member _.Arrays = RidgeFit.arrays fit
        }
