namespace UniRep.Definition

open UniRep
open UniRep.Compute

type AdamState =
    {
        Steps: int
        First: Map<string, float[]>
        Second: Map<string, float[]>
    }

[<RequireQualifiedAccess>]
module Adam =
    let start (parameters: Map<string, float[]>) =
        let zeros =
            Map.map (fun _ values -> Array.zeroCreate (Array.length values)) parameters

        {
            Steps = 0
            First = zeros
            Second = zeros
        }

    let limit norm (gradient: Map<string, float[]>) =
        let found =
            gradient |> Map.values |> Seq.sumBy (Array.sumBy (fun g -> g * g)) |> sqrt

        let scale = if found > norm then norm / found else 1.0
        found, Map.map (fun _ values -> Array.map ((*) scale) values) gradient

    let private isMatrix (name: string) =
        MlstmParameter.All
        |> Seq.exists (fun parameter ->
            (parameter.Kind = ParameterKind.Matrix
             || parameter.Kind = ParameterKind.HeadMatrix)
            && (name = parameter.Name || name.EndsWith("." + parameter.Name)))

    let private mix beta (old: Map<string, float[]>) (values: Map<string, float[]>) =
        old
        |> Map.map (fun name before ->
            Array.map2 (fun a b -> beta * a + (1.0 - beta) * b) before values[name])

    let step (settings: AdamStep) gradient state (parameters: Map<string, float[]>) =
        let steps = state.Steps + 1
        let first = mix settings.Beta1 state.First gradient

        let second =
            gradient
            |> Map.map (fun _ values -> Array.map (fun g -> g * g) values)
            |> mix settings.Beta2 state.Second

        let correction beta = 1.0 - beta ** float steps

        let move name p m v =
            let decay =
                if settings.DecaysAll || isMatrix name then
                    settings.WeightDecay
                else
                    0.0

            let mean = m / correction settings.Beta1
            let root = sqrt (v / correction settings.Beta2)

            (1.0 - settings.Rate * decay) * p
            - settings.Rate * mean / (root + settings.Epsilon)

        parameters
        |> Map.map (fun name values -> Array.map3 (move name) values first[name] second[name]),
        {
            Steps = steps
            First = first
            Second = second
        }
