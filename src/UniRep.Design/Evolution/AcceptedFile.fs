namespace UniRep.Design

open System
open System.Globalization
open System.IO
open System.Text
open UniRep

/// Stops reading a file whose line is not one of accepted states.
exception internal AcceptedRefused of line: int64 * reason: string

/// The file of accepted states: a line for each, with its difference from the wild type.
[<RequireQualifiedAccess>]
module internal AcceptedFile =
    let header = "chain,step,score,mutations"

    let private line (wildType: Sequence) (text: StringBuilder) (accepted: Accepted) =
        let invariant = CultureInfo.InvariantCulture

        text
            .Append(accepted.Chain)
            .Append(',')
            .Append(accepted.Step)
            .Append(',')
            .Append(accepted.Score.ToString("R", invariant))
            .Append(',')
            .Append(string (DesignPick.variantOf wildType accepted.Sequence))
            .Append('\n')
        |> ignore

    let append (stream: Stream) wildType (accepted: Accepted[]) =
        let text = StringBuilder()
        accepted |> Array.iter (line wildType text)
        stream.Write(ReadOnlySpan(Encoding.ASCII.GetBytes(text.ToString())))

    let private parse (plan: EvolutionPlan) number (line: string) =
        let refuse reason = raise (AcceptedRefused(number, reason))

        match line.Split ',' with
        | [| chain; step; score; mutations |] ->
            match
                Int32.TryParse(chain, NumberStyles.None, CultureInfo.InvariantCulture),
                Int32.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture),
                Double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture)
            with
            | (true, chain), (true, step), (true, score) when
                chain < plan.Options.Chains
                && step <= plan.Options.Steps
                && Double.IsFinite score
                ->
                let sequence =
                    if mutations = "" then
                        plan.WildType
                    else
                        match
                            Variant.parse mutations |> Result.bind (Variant.apply 1 plan.WildType)
                        with
                        | Ok sequence -> sequence
                        | Error error -> refuse error.Message

                {
                    Chain = chain
                    Step = step
                    Sequence = sequence
                    Score = score
                }
            | _ -> refuse "chain, step and score are numbers of this run"
        | _ -> refuse "it has not the four cells chain, step, score, mutations"

    /// Reads the states one after another, within bounded memory, and hands them to an action.
    let fold plan folder (action: Accepted seq -> 'result) =
        let path = EvolutionFolder.accepted folder

        try
            File.ReadLines path
            |> Seq.mapi (fun index line ->
                let number = int64 index + 1L

                if index > 0 then
                    Some(parse plan number line)
                elif line = header then
                    None
                else
                    raise (AcceptedRefused(1L, $"the header {header} is expected")))
            |> Seq.choose id
            |> action
            |> Ok
        with
        | AcceptedRefused(line, reason) -> Error(EvolutionRunError.Damaged(path, line, reason))
        | error when FileFailure.isOne error ->
            Error(EvolutionRunError.NoAccess(path, FileFailure.reasonOf error))
