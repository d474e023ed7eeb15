namespace UniRep.Design

/// An array of a saved model.
type internal NamedArray =
    {
        Name: string
        Shape: int list
        Values: float[]
    }

/// What a method has learned: enough to predict and to be saved.
type internal IFit =
    /// The means alone, which cost less.
    abstract Means: FeatureTable -> float[]
    abstract Predict: FeatureTable -> Prediction[]
    /// The standard deviation of a measurement around the mean.
    abstract Noise: float
    /// Facts of the fit for people: the chosen penalty, the error of rows left out.
    abstract Facts: (string * float) list
    abstract Arrays: NamedArray list

/// Makes and finds arrays of saved models.
[<RequireQualifiedAccess>]
module internal NamedArray =
    let vector name values =
        {
            Name = name
            Shape = [ Array.length values ]
            Values = values
        }

    let scalar name value = vector name [| value |]

    let matrix name columns (rows: float[][]) =
        {
            Name = name
            Shape = [ rows.Length; columns ]
            Values = Array.concat rows
        }

    /// What is wrong with the arrays of a file.
    exception Wrong of reason: string

    let private find name (arrays: Map<string, NamedArray>) =
        match Map.tryFind name arrays with
        | Some array -> array
        | None -> raise (Wrong $"the array {name} is missing")

    /// Gives a vector of a length, or raises Wrong.
    let toVector name length arrays =
        let array = find name arrays

        if array.Shape <> [ length ] then
            raise (Wrong $"the array {name} has the shape %A{array.Shape}, not [{length}]")

        array.Values

    /// Gives a vector of any length, or raises Wrong.
    let toList name arrays =
        let array = find name arrays

        match array.Shape with
        | [ _ ] -> array.Values
        | shape -> raise (Wrong $"the array {name} has the shape %A{shape}, not one axis")

    let toScalar name arrays = (toVector name 1 arrays)[0]

    /// Gives the rows of a matrix of so many columns, or raises Wrong.
    let toRows name columns arrays =
        let array = find name arrays

        match array.Shape with
        | [ _; found ] when found = columns -> Array.chunkBySize columns array.Values
        | shape -> raise (Wrong $"the array {name} has the shape %A{shape}, not [rows; {columns}]")

/// A linear function of features and density as they come.
type internal Linear =
    {
        Intercept: float
        Weights: float[]
        DensityWeight: float
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Linear =
    /// Folds standardisation into coefficients of standardised columns; the density's coefficient is that of the unit density.
    let ofStandardised
        (standardization: Standardization)
        intercept
        densityCoefficient
        (coefficients: float[])
        =
        let weights = Array.map2 (/) coefficients standardization.Scales

        let density =
            if standardization.DensityNorm > 0.0 then
                let explained = Products.dot standardization.DensityLoads coefficients
                (densityCoefficient - explained) / standardization.DensityNorm
            else
                0.0

        {
            Intercept =
                intercept
                - Products.dot weights standardization.Means
                - density * standardization.DensityMean
            Weights = weights
            DensityWeight = density
        }

    let value linear (table: FeatureTable) index =
        let density =
            match table.Density with
            | Some values -> linear.DensityWeight * values[index]
            | None -> 0.0

        linear.Intercept
        + Products.dotSingles (table.Row index) linear.Weights
        + density

    let values linear (table: FeatureTable) =
        Array.Parallel.init table.Count (value linear table)

    let arrays linear =
        [
            NamedArray.vector "linear.weights" linear.Weights
            NamedArray.vector "linear.constants" [| linear.Intercept; linear.DensityWeight |]
        ]

    let ofArrays width arrays =
        let constants = NamedArray.toVector "linear.constants" 2 arrays

        {
            Intercept = constants[0]
            Weights = NamedArray.toVector "linear.weights" width arrays
            DensityWeight = constants[1]
        }

/// Standardisations in saved models.
[<RequireQualifiedAccess>]
module internal StandardizationArrays =
    let save (standardization: Standardization) =
        [
            NamedArray.vector "standard.mean" standardization.Means
            NamedArray.vector "standard.scale" standardization.Scales
            NamedArray.vector "standard.loads" standardization.DensityLoads
            NamedArray.vector
                "standard.density"
                [| standardization.DensityMean; standardization.DensityNorm |]
        ]

    let private loadWith loadsOf width arrays =
        let density = NamedArray.toVector "standard.density" 2 arrays
        let scales = NamedArray.toVector "standard.scale" width arrays

        if scales |> Array.exists (fun scale -> scale <= 0.0) then
            raise (NamedArray.Wrong "a scale is not positive")

        {
            Means = NamedArray.toVector "standard.mean" width arrays
            Scales = scales
            DensityMean = density[0]
            DensityNorm = density[1]
            DensityLoads = NamedArray.toVector "standard.loads" (loadsOf density[1]) arrays
        }

    /// With the loads of the density, if there is one.
    let load width arrays =
        loadWith (fun norm -> if norm > 0.0 then width else 0) width arrays

    /// Without loads: the density is a column of its own.
    let loadPlain width arrays = loadWith (fun _ -> 0) width arrays
