namespace UniRep

open System

[<RequireQualifiedAccess>]
type ReadingDirection =
    | Forward
    | Backward
    | Both

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ReadingDirection =
    let all =
        [
            "forward", ReadingDirection.Forward
            "backward", ReadingDirection.Backward
            "both", ReadingDirection.Both
        ]

    let name direction =
        all |> List.find (fun (_, known) -> known = direction) |> fst

    let passes direction =
        match direction with
        | ReadingDirection.Both -> [ ReadingDirection.Forward; ReadingDirection.Backward ]
        | single -> [ single ]

    let reverse (tokens: ReadOnlyMemory<byte>) =
        let reversed = tokens.ToArray()
        Array.Reverse reversed
        ReadOnlyMemory reversed
