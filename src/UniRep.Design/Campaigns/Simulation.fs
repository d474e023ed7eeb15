namespace UniRep.Design

type Replay =
    {
        Seed: uint64
        Rounds: int[][]
        TopShare: float
        Best: float
    }

[<RequireQualifiedAccess>]
module Simulation =
    let private topTenth (truth: float[]) =
        truth
        |> Array.indexed
        |> Array.sortBy (fun (index, value) -> -value, index)
        |> Array.truncate (max 1 (truth.Length / 10))
        |> Array.map fst
        |> set

    let replayPrepared
        (options: CampaignOptions)
        rounds
        batch
        (truth: float[])
        candidates
        prepared
        =
        let top = topTenth truth

        let rec go round (finished: int[] list) =
            if round > rounds then
                Ok(List.rev finished)
            else
                let chosen = Array.concat finished

                let picks =
                    if round = 1 then
                        Ok(Campaign.first options batch candidates)
                    else
                        let measured =
                            finished
                            |> List.rev
                            |> Array.concat
                            |> Array.map (fun index -> index, truth[index])

                        Campaign.next options round batch (set chosen) measured prepared

                match picks with
                | Error error -> Error error
                | Ok picks -> go (round + 1) ((picks |> Array.map _.Index) :: finished)

        go 1 []
        |> Result.map (fun picked ->
            let all = Array.concat picked

            {
                Seed = options.Seed
                Rounds = Array.ofList picked
                TopShare =
                    float (all |> Array.filter top.Contains |> Array.length) / float all.Length
                Best = all |> Array.map (fun index -> truth[index]) |> Array.max
            })

    let replay options rounds batch truth candidates =
        Campaign.prepare options candidates
        |> replayPrepared options rounds batch truth candidates
