namespace UniRep.Design

open UniRep

type Scorer =
    {
        Name: string
        Score: RunOptions -> Sequence[] -> float[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Scorer =
    let languageModel model =
        {
            Name = "lm"
            Score =
                fun options sequences ->
                    sequences
                    |> Model.mapMany options (Output.logLikelihood true) id model
                    |> Seq.map snd
                    |> Seq.toArray
        }
