namespace UniRep.Design

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
        match
            GaussianKernel.solve
                fit.Kernel
                (widthOf fit)
                (Products.gram fit.Rows)
                fit.Targets
                fit.Density
        with
        | Some solved -> solved
        | None -> raise (NamedArray.Wrong "its kernel is not positive definite")

    /// Fits with a given kernel.
    let ofKernel kernel table values =
        let fit =
            { prepare table values with
                Kernel = kernel
            }

        { fit with
            LogLikelihood = GaussianKernel.logLikelihood kernel.Noise (solveFit fit)
        }

    let fit table values =
        let prepared = prepare table values

        let kernel =
            GaussianKernel.choose (widthOf prepared) prepared.Rows prepared.Targets prepared.Density

        ofKernel kernel table values

    /// Solves once; gives the mean of a row, and its standard deviation if asked for.
    let predictor fit =
        let solved = lazy solveFit fit
        let squares = fit.Rows |> Array.map (fun row -> Products.dot row row)

        let covariances (row: float[]) =
            let square = Products.dot row row

            Array.init fit.Rows.Length (fun index ->
                GaussianKernel.covariance
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

            let before =
                GaussianKernel.covariance fit.Kernel (widthOf fit) square (2.0 * square)

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
