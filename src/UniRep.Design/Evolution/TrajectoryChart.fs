namespace UniRep.Design

open System
open UniRep.Charts

/// Draws where chains stand from step to step.
[<RequireQualifiedAccess>]
module internal TrajectoryChart =
    let private points = 200

    /// The score of each chain at some steps: that of the last state accepted until then.
    let private sample (plan: EvolutionPlan) (grid: int[]) (states: Accepted seq) =
        let table = Array.init plan.Options.Chains (fun _ -> Array.create grid.Length nan)

        for state in states do
            let first = grid |> Array.findIndex (fun step -> step >= state.Step)
            table[state.Chain][first] <- state.Score

        for row in table do
            for index in 1 .. row.Length - 1 do
                if Double.IsNaN row[index] then
                    row[index] <- row[index - 1]

        table

    let private quantile share (sorted: float[]) =
        sorted[int (Math.Round(share * float (sorted.Length - 1)))]

    let make (plan: EvolutionPlan) (states: Accepted seq) =
        let steps = plan.Options.Steps
        let count = min points steps

        let grid =
            Array.init (count + 1) (fun index -> int (int64 steps * int64 index / int64 count))

        let mutable best = Array.create grid.Length -infinity

        let table =
            states
            |> Seq.map (fun state ->
                let first = grid |> Array.findIndex (fun step -> step >= state.Step)
                best[first] <- max best[first] state.Score
                state)
            |> sample plan grid

        best <- Array.scan max best[0] best[1..]

        let across share =
            Array.init grid.Length (fun index ->
                table |> Array.map (fun row -> row[index]) |> Array.sort |> quantile share)

        let series name values =
            Chart.series name (Seq.zip (Seq.map float grid) values)

        Chart.lines
            "Directed evolution"
            (Chart.axis "step")
            (Chart.axis "score")
            [
                series "best so far" best
                series "upper tenth of the chains" (across 0.9)
                series "median chain" (across 0.5)
                series "lower tenth of the chains" (across 0.1)
            ]
