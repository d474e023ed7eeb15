namespace UniRep.Design

open System.Globalization
open System.IO
open System.Text
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
module DesignFile =
    let private number (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private lines wildTypeScore (designs: Design[]) =
        [
            "id,mutant,mutations,score,gain,sequence"
            for index, design in Seq.indexed designs do
                [
                    $"design-{index + 1}"
                    string design.Variant
                    string design.Variant.Mutations.Length
                    number design.Score
                    number (design.Score - wildTypeScore)
                    design.Sequence.Letters
                ]
                |> String.concat ","
        ]

    let save path overwrite wildTypeScore designs =
        if not overwrite && File.Exists path then
            Error(OutputError.AlreadyExists path)
        else
            try
                let place = OutputPlace(OutputTarget.find path, overwrite)

                try
                    let text = (lines wildTypeScore designs |> String.concat "\n") + "\n"
                    place.Open().Write(System.ReadOnlySpan(Encoding.ASCII.GetBytes text))
                    place.Publish()
                    Ok()
                finally
                    place.Abandon()
            with
            | :? OutputBusyException -> Error(OutputError.Busy path)
            | error when FileFailure.isOne error ->
                Error(OutputError.NotWritable(path, FileFailure.reasonOf error))
