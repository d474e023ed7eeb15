/// Small landscapes and sequences for tests of evolution.
module UniRep.Design.Tests.Toy

open UniRep
open UniRep.Design

let sequence text = Sequence.parse text |> Result.orRaise

let motif text = Motif.parse text |> Result.orRaise

/// A scorer by a function of the letters.
let scorer score =
    {
        Name = "toy"
        Score = fun _ sequences -> sequences |> Array.map (fun sequence -> score sequence.Letters)
    }

/// A matrix in which only some letters have weights, the same at every position.
let matrix length weights =
    Array.init length (fun _ ->
        LetterMatrix.letters
        |> Seq.map (fun letter -> Map.tryFind letter weights |> Option.defaultValue 0.0)
        |> Array.ofSeq)
    |> LetterMatrix.ofRows
    |> Result.orRaise

let plan options wildType =
    EvolutionPlan.make options (sequence wildType) |> Result.orRaise

let options =
    { EvolutionOptions.defaults (Temperature.Constant 1.0) with
        Chains = 8
        Steps = 60
        Seed = 3UL
    }

let run options wildType scorer =
    Evolution.run RunOptions.none scorer (plan options wildType) |> Result.orRaise
