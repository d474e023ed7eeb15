namespace UniRep.Training

open System
open System.IO
open System.Text.Json
open UniRep

/// The trials of a search on disk: one JSON object a line.
[<RequireQualifiedAccess>]
module internal TrialLog =
    let private form =
        JsonSerializerOptions(RespectRequiredConstructorParameters = true)

    let private isSound (trial: TrialReport) =
        trial.Round >= 1
        && trial.Trial >= 1
        && trial.Epochs >= 1
        && trial.BestEpoch >= 1
        && trial.LearningRate > 0.0
        && Double.IsFinite trial.LearningRate

    let private parse (line: string) =
        try
            match JsonSerializer.Deserialize<TrialReport>(line, form) with
            | null -> Error "null is not a trial"
            | trial when isSound trial -> Ok trial
            | _ -> Error "a number is out of its range"
        with :? JsonException as error ->
            Error error.Message

    let write (trial: TrialReport) = JsonSerializer.Serialize trial + "\n"

    /// Reads the text of a log: its trials, and the text without a last line that was cut off when it was written. A bad
    /// line before the last gives its number and what is wrong.
    let read (text: string) =
        let lines = text.Split '\n'

        let isLast at =
            at = lines.Length - 1 || (at = lines.Length - 2 && lines[at + 1] = "")

        let rec go at kept =
            if at = lines.Length || (lines[at] = "" && isLast at) then
                Ok(List.rev kept)
            else
                match parse lines[at] with
                | Ok trial -> go (at + 1) (trial :: kept)
                | Error _ when isLast at -> Ok(List.rev kept)
                | Error reason -> Error(at + 1, reason)

        go 0 []
        |> Result.map (fun trials -> trials, trials |> List.map write |> String.concat "")
