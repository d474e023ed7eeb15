namespace UniRep

open System.Reflection

/// Whether somebody sits at a prompt.
[<RequireQualifiedAccess>]
module internal Prompt =
    /// The programs in which F# and C# are typed: F# Interactive and the notebooks' kernels.
    let private hosts =
        [
            "fsi"
            "fsiAnyCpu"
            "dotnet-interactive"
            "Microsoft.DotNet.Interactive.App"
            "dotnet-repl"
        ]

    /// Checks whether the program is one of these.
    let isThere () =
        match Assembly.GetEntryAssembly() with
        | null -> false
        | program -> List.contains (string (program.GetName().Name)) hosts
